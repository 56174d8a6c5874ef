//! The rules that the standard states in its text, in part 1 (types) and part 3 (messaging), as far as
//! they concern types and encodings. `standard_facts` tests the rules that the facts contain.
//!
//! | section | rule | why it is not tested here |
//! | --- | --- | --- |
//! | 1.4 | a list may not have more items than the type has fields | the standard does not say what to do with one that has; it is decoded, so that types can gain fields; see `standard_facts` |
//! | 1.6.20 | a string has no byte order mark | a U+FEFF at the start may also be content |
//! | 2.3 | frames | see `standard_frames` |
//! | 3.2.1 | changes of durable, ttl, first-acquirer and delivery-count in transit | behaviour of nodes |
//! | 3.2.1 | how fewer than ten priorities are distinguished | behaviour of nodes |
//! | 3.2.4 | content-type and content-encoding belong to a body of data; `identity` is not allowed | the content of one section does not decide whether another can be decoded |
//! | 3.2.10 | annotations that a node must understand | behaviour of nodes |
//! | 3.3 | states of a message at a node | behaviour of nodes |
//! | 3.4 | the effect of an outcome on a message; the position in `received` | behaviour of nodes and links |
//! | 3.5.3, 3.5.4 | dynamic nodes, expiry, durability, distribution | behaviour of nodes and links |
//! | 3.5.8 | a receiver checks which filters are applied | behaviour of links |
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::fmt::Debug;

use allocation_counter::measure;
use amqp_tests::golden::{hex, octets};
use amqp_types::messaging::{
    Annotations, ApplicationProperties, Body, BodyKind, DeleteOnNoLinks, DeliveryAnnotations,
    EncodedMessage, FilterSet, Footer, Header, LifetimePolicy, Message, MessageAnnotations,
    NodeProperties, Properties, SimpleValue,
};
use amqp_types::security::{SaslFrame, SaslMechanisms};
use amqp_types::transaction::TransactionId;
use amqp_types::transport::{AmqpError, DeliveryTag, Error, Fields, Open};
use amqp_types::value::ArrayValue;
use amqp_types::{
    Array, Bytes, Decimal32, Decimal64, Decimal128, Decode, DecodeErrorKind, DecodeOwned, Encode,
    Format, MandatoryMultiple, Map, Multiple, NoValue, Primitive, Symbol, Timestamp, Uuid, Value,
};

/// Returns the error of decoding octets.
fn kind<T: DecodeOwned + Debug>(text: &str) -> DecodeErrorKind {
    T::from_bytes(&octets(text)).expect_err(text).kind()
}

/// Decodes octets as a value.
fn value(text: &str) -> Value {
    Value::from_bytes(&octets(text)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Decodes octets, and returns the encoded value.
fn again(text: &str) -> String {
    hex(&value(text).to_bytes().unwrap())
}

fn unexpected(kind: DecodeErrorKind) -> bool {
    matches!(kind, DecodeErrorKind::UnexpectedType { .. })
}

mod types {
    use super::*;

    /// Section 1.2: a descriptor may be any value, and the described value may be described itself.
    #[test]
    fn any_value_describes_any_other() {
        for descriptor in ["45", "40", "c1 03 02 41 42", "e0 02 00 52", "00 44 45", "a1 01 61"] {
            let text = format!("00 {descriptor} 00 53 01 52 07");
            let read = value(&text);
            let Value::Described(outer) = &read else { panic!("{read:?}") };
            assert_eq!(outer.descriptor, value(descriptor));
            assert_eq!(outer.value, Value::described(1u64, 7u32));
            assert_eq!(value(&again(&text)), read);
        }
    }

    /// Section 1.2.1: the upper four bits of a format code determine the layout of the data.
    #[test]
    fn an_unknown_format_code_is_an_error() {
        let known = Format::ALL.map(Format::code);
        assert_eq!(known.len(), 39);
        for code in 1..=u8::MAX {
            let data = [vec![code], vec![0; 40]].concat();
            let unknown = Err(DecodeErrorKind::UnknownFormat(code));
            let kind = Value::from_bytes(&data).map(drop).map_err(|error| error.kind());
            assert_eq!(kind == unknown, !known.contains(&code), "{code:#x}");
            if known.contains(&code) {
                let width = match code >> 4 {
                    0x4 => 0,
                    0x5 => 1,
                    0x6 => 2,
                    0x7 => 4,
                    0x8 => 8,
                    0x9 => 16,
                    _ => continue,
                };
                assert!(Value::from_bytes(&data[..=width]).is_ok(), "{code:#x}");
                let longer = Value::from_bytes(&data[..=width + 1]).unwrap_err().kind();
                assert_eq!(longer, DecodeErrorKind::LeftOver, "{code:#x}");
            }
        }
    }

    /// Sections 1.6.22 to 1.6.24: a size includes the count, and the constructor of an array.
    #[test]
    fn the_smallest_sizes_of_compounds() {
        for smallest in [
            "c0 01 00",
            "d0 00000004 00000000",
            "c1 01 00",
            "d1 00000004 00000000",
            "e0 02 00 40",
            "f0 00000005 00000000 40",
        ] {
            value(smallest);
        }
        for smaller in [
            "c0 00",
            "d0 00000003 000000",
            "c1 00",
            "d1 00000000",
            "e0 00",
            "e0 01 00",
            "f0 00000004 00000000",
        ] {
            assert_eq!(kind::<Value>(smaller), DecodeErrorKind::SizeUnderrun, "{smaller}");
        }
    }

    /// Sections 1.6.22 to 1.6.24, and what follows from them.
    #[test]
    fn wrong_sizes_are_errors() {
        use DecodeErrorKind::{LeftOver, SizeOverrun, UnexpectedEnd};
        for (text, expected) in [
            // Past the end of the input, and of the enclosing list.
            ("c0 05 01 41", SizeOverrun),
            ("a1 02 61", SizeOverrun),
            ("c0 04 01 a1 05 61", SizeOverrun),
            ("c0 05 01 c0 03 01 41", SizeOverrun),
            ("c0 05 02 c0 09 01 41", SizeOverrun),
            ("c1 05 02 c0 09 01 41", SizeOverrun),
            // Items past the size, although octets follow.
            ("c0 03 02 52 01 52 02", UnexpectedEnd),
            ("c0 02 01 70 000000 01", UnexpectedEnd),
            ("e0 03 02 50 01 02", SizeOverrun),
            // Octets that are left over within the size.
            ("c0 03 01 41 41", LeftOver),
            ("c0 02 00 41", LeftOver),
            ("c1 04 02 41 41 41", LeftOver),
            ("e0 04 01 50 01 02", LeftOver),
        ] {
            assert_eq!(kind::<Value>(text), expected, "{text}");
        }
    }

    /// Sections 1.6.2, 1.6.16, 1.6.20, 1.6.21: invalid data.
    #[test]
    fn invalid_data_is_an_error() {
        use DecodeErrorKind::{InvalidBoolean, InvalidChar, NotAscii, NotUtf8};
        for octet in 2..=u8::MAX {
            assert_eq!(kind::<Value>(&format!("56 {octet:02x}")), InvalidBoolean(octet));
            assert_eq!(kind::<Value>(&format!("e0 03 01 56 {octet:02x}")), InvalidBoolean(octet));
        }
        for code in [0xd800, 0xdbff, 0xdc00, 0xdfff, 0x11_0000, u32::MAX] {
            assert_eq!(kind::<Value>(&format!("73 {code:08x}")), InvalidChar(code));
        }
        for code in ["0000d7ff", "0000e000", "0010ffff", "00000000"] {
            value(&format!("73 {code}"));
        }
        // Truncated, overlong, a surrogate, above U+10FFFF, a continuation octet alone.
        for text in ["c3", "c080", "eda080", "f4908080", "80", "61ff"] {
            let size = text.len() / 2;
            assert_eq!(kind::<Value>(&format!("a1 {size:02x} {text}")), NotUtf8, "{text}");
            assert_eq!(kind::<String>(&format!("b1 {size:08x} {text}")), NotUtf8, "{text}");
        }
        for octet in 0x80..=u8::MAX {
            assert_eq!(kind::<Value>(&format!("a3 01 {octet:02x}")), NotAscii);
            assert_eq!(kind::<Multiple<Symbol>>(&format!("e0 04 01 a3 01 {octet:02x}")), NotAscii);
        }
    }

    /// Section 1.6.23: the count is even and the keys are distinct. Values are compared, not octets.
    #[test]
    fn the_keys_of_a_map_are_distinct() {
        assert_eq!(kind::<Value>("c1 02 01 41"), DecodeErrorKind::OddMap);
        for text in [
            "c1 05 04 41 40 41 40",
            // `true` in both encodings, a uint in three, a ulong in two.
            "c1 06 04 41 40 56 01 40",
            "c1 0a 04 52 01 40 70 00000001 40",
            "c1 06 04 44 40 53 00 40",
            // "a" with a size of one octet and of four, and lists with equal items.
            "c1 0c 04 a1 01 61 40 b1 00000001 61 40",
            "c1 07 04 45 40 c0 01 00 40",
            "c1 05 04 40 40 40 40",
        ] {
            assert_eq!(kind::<Value>(text), DecodeErrorKind::DuplicateKey, "{text}");
        }
        // 1 as a uint, ulong, int and ubyte are different values.
        let numbers = value("c1 0d 08 52 01 40 53 01 40 54 01 40 50 01 40");
        assert!(matches!(numbers, Value::Map(map) if map.len() == 4));
    }

    /// Section 1.6.23: the order of a map is significant.
    #[test]
    fn maps_keep_their_order() {
        let (one, other) = ("c1 07 04 52 01 41 52 02 42", "c1 07 04 52 02 42 52 01 41");
        assert_ne!(value(one), value(other));
        for text in [one, other] {
            assert_eq!(again(text), hex(&octets(text)));
            let typed = Map::<u32, bool>::from_bytes(&octets(text)).unwrap();
            assert_eq!(hex(&typed.to_bytes().unwrap()), hex(&octets(text)));
        }
        assert_ne!(Map::<u32, bool>::from_bytes(&octets(one)), Map::from_bytes(&octets(other)));
    }

    /// Checks which keys a map type accepts.
    fn accepts<T: DecodeOwned + Debug>(before: &str, keys: [&String; 5], which: [bool; 5]) {
        for (key, accepts) in keys.into_iter().zip(which) {
            let text = format!("{before}{key}");
            if accepts {
                T::from_bytes(&octets(&text)).unwrap_or_else(|error| panic!("{text}: {error}"));
            } else {
                assert!(unexpected(kind::<T>(&text)), "{text}");
            }
        }
    }

    /// Sections 1.6.23, 2.8.13, 3.2.5, 3.2.10: the keys of a map have any type, those of the standard's
    /// maps have certain types.
    #[test]
    fn keys_of_the_standards_maps() {
        // A key of each kind, with the value null.
        let [null, symbol, ulong, string, uint] = ["40", "a3 01 61", "53 07", "a1 01 61", "52 07"]
            .map(|key| {
                let size = octets(key).len() + 2;
                format!("c1 {size:02x} 02 {key} 40")
            });
        let keys = [&null, &symbol, &ulong, &string, &uint];
        for key in keys {
            value(key);
        }
        accepts::<Fields>("", keys, [false, true, false, false, false]);
        accepts::<NodeProperties>("", keys, [false, true, false, false, false]);
        accepts::<FilterSet>("", keys, [false, true, false, false, false]);
        accepts::<Annotations>("", keys, [false, true, true, false, false]);
        accepts::<DeliveryAnnotations>("005371", keys, [false, true, true, false, false]);
        accepts::<ApplicationProperties>("005374", keys, [false, false, false, true, false]);
        // Some peers use strings instead of symbols, in footers and in the info of an error.
        accepts::<Footer>("005378", keys, [false, true, true, true, false]);
        let error = |map: &str| {
            let size = octets(map).len() + 5;
            format!("00531d c0{size:02x}03 a30161 40 {map}")
        };
        let infos = keys.map(|map| error(map));
        accepts::<Error>("", infos.each_ref(), [false, true, false, true, false]);
        // They are encoded as symbols.
        let read = Error::from_bytes(&octets(&error(&string))).unwrap();
        assert_eq!(hex(&read.to_bytes().unwrap()), hex(&octets(&error(&symbol))));
        let read = Footer::from_bytes(&octets(&format!("005378{string}"))).unwrap();
        assert_eq!(hex(&read.to_bytes().unwrap()), hex(&octets(&format!("005378{symbol}"))));
        // A string that is not ASCII cannot be a symbol.
        assert_eq!(kind::<Footer>("005378 c1 06 02 a1 02 c3a9 40"), DecodeErrorKind::NotAscii);
    }

    /// Section 1.6.24: ten octets can declare 2^32-1 zero-width items.
    #[test]
    fn zero_width_items_are_limited() {
        for constructor in ["40", "41", "42", "43", "44", "45", "00 44 40"] {
            let size = octets(constructor).len() + 4;
            for count in [u32::MAX, 1 << 24, 100_000] {
                let text = format!("f0 {size:08x} {count:08x} {constructor}");
                let octets = octets(&text);
                let cost = measure(|| {
                    let error = Value::from_bytes(&octets).expect_err(&text);
                    assert_eq!(error.kind(), DecodeErrorKind::TooManyItems);
                });
                assert!(cost.bytes_total < 4_096, "{text}: {cost:?}");
            }
            let few = value(&format!("f0 {size:08x} 000000c8 {constructor}"));
            assert!(matches!(few, Value::Array(array) if array.items().len() == 200));
        }
    }

    /// No memory is allocated for items or octets that are only announced.
    #[test]
    fn memory_is_not_allocated_for_announced_sizes() {
        for text in [
            "d0 7fffffff 7fffffff 40",
            "d0 00000005 ffffffff 40",
            "d1 00000005 fffffffe 40",
            "f0 00000006 ffffffff 50 01",
            "b0 ffffffff 01",
            "b1 7fffffff 61",
            "b3 ffffffff 61",
            "c0 02 ff 40",
        ] {
            let octets = octets(text);
            let cost = measure(|| assert!(Value::from_bytes(&octets).is_err()));
            assert!(cost.bytes_total < 4_096, "{text}: {cost:?}");
        }
    }

    /// Sections 1.6.13 to 1.6.15: IEEE 754 decimals with a binary coefficient.
    #[test]
    fn decimals_are_binary_integer_decimals() {
        for (text, number) in [
            ("74 32800001", "1"),
            ("74 b2800001", "-1"),
            ("74 3280000f", "15"),
            ("74 3200000f", "1.5"),
            ("74 77f8967f", "9999999E90"),
        ] {
            let octets = octets(text);
            let read = Decimal32::from_bytes(&octets).unwrap();
            assert_eq!(read, number.parse().unwrap(), "{text}");
            assert_eq!(read.to_bytes().unwrap(), octets);
        }
        let one = octets("84 31c0000000000001");
        assert_eq!(Decimal64::from_bytes(&one).unwrap(), "1".parse().unwrap());
        let one = octets("94 30400000000000000000000000000001");
        assert_eq!(Decimal128::from_bytes(&one).unwrap(), "1".parse().unwrap());
    }

    /// Sections 1.6.17 and 1.6.18.
    #[test]
    fn timestamps_are_signed_and_uuids_in_their_order() {
        let before = octets("83 ffffffffffffffff");
        assert_eq!(Timestamp::from_bytes(&before).unwrap(), Timestamp(-1));
        let uuid = octets("98 00112233445566778899aabbccddeeff");
        let read = Uuid::from_bytes(&uuid).unwrap();
        assert_eq!(read.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
    }

    /// Section 1.5: the upper 32 bits of a numeric descriptor are its domain.
    #[test]
    fn a_descriptor_of_another_domain_is_another_descriptor() {
        let open = "c0 04 01 a1 01 61";
        Open::from_bytes(&octets(&format!("00 80 0000000000000010 {open}"))).unwrap();
        for descriptor in ["80 0000000100000010", "80 1000000000000010", "70 00000010", "50 10"] {
            assert!(unexpected(kind::<Open>(&format!("00 {descriptor} {open}"))), "{descriptor}");
        }
    }

    /// Section 1.6.24: the items of an array share a constructor, which is wide if one of them needs it.
    #[test]
    fn arrays_use_the_width_of_the_widest_item() {
        let short = Value::List(vec![Value::Uint(1)]);
        let long = Value::List(vec![Value::Binary(Bytes::from(vec![7; 300]))]);
        for (items, narrow, wide) in [
            (vec![Value::from("é"), Value::String("é".repeat(128).into())], "a1", "b1"),
            (vec![Value::Binary(Bytes::new()), Value::Binary(vec![0; 256].into())], "a0", "b0"),
            (vec![short, long], "c0", "d0"),
        ] {
            let of = items[0].primitive().unwrap();
            let array = |items: &[Value]| {
                let array = Value::from(ArrayValue::new(of, items.to_vec()).unwrap());
                assert_eq!(Value::from_bytes(&array.to_bytes().unwrap()).unwrap(), array);
                hex(&array.to_bytes().unwrap())
            };
            assert_eq!(array(&items[..1])[6..8], *narrow);
            assert_eq!(array(&items)[18..20], *wide);
        }
        // Also inner arrays, one of which is empty.
        let inner = |items| Value::from(ArrayValue::new(Primitive::Ubyte, items).unwrap());
        let arrays = vec![inner(vec![]), inner(vec![Value::Ubyte(7); 300])];
        let outer = Value::from(ArrayValue::new(Primitive::Array, arrays).unwrap());
        assert_eq!(Value::from_bytes(&outer.to_bytes().unwrap()).unwrap(), outer);
        let typed = Array::<Array<u8>>::from_bytes(&outer.to_bytes().unwrap()).unwrap();
        assert_eq!(typed.to_bytes().unwrap(), outer.to_bytes().unwrap());
    }
}

/// Section 1.4: a mandatory field with multiple values has at least one. Some peers send none, which is
/// decoded, but not encoded.
#[test]
fn there_is_at_least_one_mechanism() {
    for none in ["e0 02 00 a3", "f0 00000005 00000000 b3"] {
        let text = format!("005340 c0 {:02x} 01 {none}", octets(none).len() + 1);
        let read = SaslMechanisms::from_bytes(&octets(&text)).unwrap();
        assert!(read.sasl_server_mechanisms.is_empty());
        let error = read.to_bytes().unwrap_err();
        assert_eq!(error.to_string(), "a mandatory field with multiple values has no value");
        assert_eq!(SaslFrame::Mechanisms(read).to_bytes(), Err(error));
    }
    assert_eq!(MandatoryMultiple::<Symbol>::try_from(vec![]), Err(NoValue));
}

/// Sections 2.8.7 and 4.5.4: up to 32 octets.
#[test]
fn tags_and_transactions_have_at_most_32_octets() {
    for size in [0, 1, 32] {
        let name = Bytes::from(vec![7; size]);
        let octets = name.to_bytes().unwrap();
        assert_eq!(DeliveryTag::from_bytes(&octets).unwrap().len(), size);
        assert_eq!(TransactionId::from_bytes(&octets).unwrap().len(), size);
        assert_eq!(DeliveryTag::try_from(&name[..]).unwrap().to_bytes().unwrap(), octets);
        assert_eq!(TransactionId::try_from(&name[..]).unwrap().to_bytes().unwrap(), octets);
    }
    for size in [33, 256] {
        let name = Bytes::from(vec![7; size]);
        assert_eq!(DeliveryTag::try_from(&name[..]).unwrap_err().octets, size);
        assert_eq!(TransactionId::try_from(&name[..]).unwrap_err().octets, size);
        let octets = name.to_bytes().unwrap();
        let invalid = |kind| matches!(kind, DecodeErrorKind::Invalid(_));
        assert!(invalid(DeliveryTag::from_bytes(&octets).unwrap_err().kind()));
        assert!(invalid(TransactionId::from_bytes(&octets).unwrap_err().kind()));
    }
}

mod messaging {
    use super::*;

    /// One of each section, in order. The body is data.
    const SECTIONS: [(&str, &str); 7] = [
        ("header", "005370 c00301 40 41"),
        ("delivery-annotations", "005371 c10602 a30161 5207"),
        ("message-annotations", "005372 c10602 a30161 5207"),
        ("properties", "005373 c00401 a10161"),
        ("application-properties", "005374 c10602 a10161 5207"),
        ("data", "005375 a00161"),
        ("footer", "005378 c10602 a30161 5207"),
    ];

    fn message(sections: &[&str]) -> Result<EncodedMessage, amqp_types::DecodeError> {
        EncodedMessage::new(octets(&sections.concat()).into())
    }

    /// Section 3.2: header, annotations, properties, body, footer.
    #[test]
    fn sections_are_in_order_and_appear_at_most_once() {
        let sections =
            SECTIONS.map(|(_, octets)| octets).map(|text| text.replace("c00301 40", "c00201"));
        let sections = sections.each_ref().map(String::as_str);
        // Every subset of them in order is a message.
        for selected in 0..1 << sections.len() {
            let some: Vec<_> = (0..sections.len())
                .filter(|index| selected >> index & 1 == 1)
                .map(|index| sections[index])
                .collect();
            let read = message(&some).unwrap_or_else(|error| panic!("{some:?}: {error}"));
            assert_eq!(hex(read.octets()), hex(&octets(&some.concat())));
            let written = read.to_message().unwrap().to_bytes().unwrap();
            // Some peers omit the body. The message is encoded with one.
            let due: Vec<_> = sections
                .iter()
                .map(|section| match some.contains(section) {
                    true => section,
                    false if section.starts_with("005375") => "005377 40",
                    false => "",
                })
                .collect();
            assert_eq!(hex(&written), hex(&octets(&due.concat())));
        }
        // Two sections in the wrong order are not, and neither is one twice. Exceptions are data sections,
        // and a footer before the body, which some peers send.
        for (second, later) in sections.iter().enumerate() {
            for (first, earlier) in sections.iter().enumerate().take(second + 1) {
                let wrong = [*later, *earlier];
                let names = [SECTIONS[second].0, SECTIONS[first].0];
                let allowed = names == ["data", "data"] || names == ["footer", "data"];
                assert_eq!(message(&wrong).is_ok(), allowed, "{wrong:?}");
            }
        }
    }

    /// Section 3.2: one or more data, or one or more amqp-sequence, or one amqp-value.
    #[test]
    fn a_body_is_of_one_kind() {
        let (data, sequence, value) = ("005375 a00161", "005376 c00201 41", "005377 41");
        for (sections, kind) in [
            (vec![data], BodyKind::Data),
            (vec![data, data, data], BodyKind::Data),
            (vec![sequence], BodyKind::Sequence),
            (vec![sequence, sequence], BodyKind::Sequence),
            (vec![value], BodyKind::Value),
            // Some peers send no section at all. The body is then null.
            (vec![], BodyKind::Value),
        ] {
            let read = message(&sections).unwrap();
            assert_eq!(read.body().kind(), kind, "{sections:?}");
        }
        for sections in [[data, sequence], [sequence, data], [data, value], [value, sequence]] {
            assert!(message(&sections).is_err(), "{sections:?}");
        }
        assert!(message(&[value, value]).is_err());
        let body = message(&[data, data]).unwrap().body();
        assert_eq!(body.to_data().unwrap(), Bytes::from_static(b"aa"));
        let body = message(&[sequence, sequence]).unwrap().body();
        assert_eq!(body.to_sequence().unwrap(), [Value::Boolean(true), Value::Boolean(true)]);
        assert!(message(&[]).unwrap().body().is_null());
        assert_eq!(hex(&Message::default().to_bytes().unwrap()), "00537740");
    }

    /// Section 3.2: a message consists only of sections.
    #[test]
    fn a_message_consists_only_of_sections() {
        for wrong in ["41", "a00161", "005310 c00401 a10161", "00a30161 41", "005379 41"] {
            assert!(message(&[wrong]).is_err(), "{wrong}");
            assert!(message(&[SECTIONS[5].1, wrong]).is_err(), "{wrong}");
        }
    }

    /// Section 3.2: properties, application-properties and body are passed on unchanged, in any encoding.
    #[test]
    fn the_bare_message_is_kept_octet_for_octet() {
        let header = "00 80 0000000000000070 d0 00000005 00000001 41";
        let footer = "00a3 0f 616d71703a666f6f7465723a6d6170 d1 00000004 00000000";
        let bare = [
            "00a3 14 616d71703a70726f706572746965733a6c697374 d0 00000009 00000003 40 b1 00000000",
            "00 80 0000000000000074 d1 00000004 00000000",
            "00 53 77 70 00000001",
        ]
        .concat()
        .replace("d0 00000009 00000003", "d0 0000000a 00000002");
        let whole = message(&[header, &bare, footer]).unwrap();
        assert_eq!(hex(&whole.bare()), hex(&octets(&bare)));
        assert_eq!(hex(whole.octets()), hex(&octets(&[header, &bare, footer].concat())));
        assert!(whole.header().unwrap().unwrap().durable);
        // Both forms are equal.
        assert_eq!(whole.body().to_value::<u32>().unwrap(), 1);
    }

    /// Section 3.2.1: a message without a header, or with an empty one, has the defaults.
    #[test]
    fn the_header_has_defaults() {
        let empty = octets("005370 45");
        assert_eq!(Header::from_bytes(&empty).unwrap(), Header::default());
        assert_eq!(hex(&Header::default().to_bytes().unwrap()), hex(&empty));
        let Header { durable, priority, ttl, first_acquirer, delivery_count } = Header::default();
        assert_eq!((durable, priority, ttl), (false, 4, None));
        assert_eq!((first_acquirer, delivery_count), (false, 0));
        assert_eq!(message(&[SECTIONS[5].1]).unwrap().header().unwrap(), None);
        // A ttl of 0 differs from an absent one.
        let brief = Header::from_bytes(&octets("005370 c00403 404043")).unwrap();
        assert_eq!(brief.ttl.map(|ttl| ttl.0), Some(0));
    }

    /// Section 3.2: a body that cannot be decoded is an error of the body, not of the message.
    #[test]
    fn an_invalid_body_does_not_affect_the_sections() {
        let read = message(&[SECTIONS[3].1, "005377 a102c328"]).unwrap();
        assert!(read.properties().unwrap().unwrap().message_id.is_some());
        let error = read.body().to_value::<Value>().unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::NotUtf8);
        assert_eq!(hex(read.octets()), hex(&octets(&[SECTIONS[3].1, "005377a102c328"].concat())));
    }

    /// Section 3.2.5: any value except a list, map, array or described value.
    #[test]
    fn application_properties_are_of_simple_types() {
        let section = |value: &str| {
            let size = octets(value).len() + 4;
            format!("005374 c1 {size:02x} 02 a10161 {value}")
        };
        for simple in ["40", "41", "50 07", "52 07", "a0 01 61", "a1 01 61", "a3 01 61"] {
            let text = section(simple);
            let read = ApplicationProperties::from_bytes(&octets(&text)).unwrap();
            assert_eq!(*read.0.get("a").unwrap().clone(), value(simple));
            assert_eq!(hex(&read.to_bytes().unwrap()), hex(&octets(&text)));
        }
        for other in ["45", "c0 02 01 40", "c1 01 00", "e0 02 00 50", "00 53 24 45", "00 a30161 40"]
        {
            let text = section(other);
            assert!(unexpected(kind::<ApplicationProperties>(&text)), "{text}");
            let read = message(&[&text, SECTIONS[5].1]).unwrap();
            let error = read.to_message().unwrap_err().to_string();
            let expected = "Message.application-properties: expected a simple value, found ";
            assert!(error.starts_with(expected), "{error}");
            // The body can still be decoded, and the message relayed.
            assert_eq!(read.body().to_data().unwrap(), Bytes::from_static(b"a"));
            assert_eq!(SimpleValue::try_from(value(other)).unwrap_err().value, value(other));
        }
    }

    /// Section 3.2.2: the annotation `rejected` is an error.
    #[test]
    fn why_a_message_was_rejected() {
        let error = Error::new(AmqpError::NotAllowed, "no");
        let annotations = Annotations(
            Map::try_from(vec![(
                Symbol::from_static("rejected").into(),
                Value::from_bytes(&error.to_bytes().unwrap()).unwrap(),
            )])
            .unwrap(),
        );
        let section = DeliveryAnnotations(annotations);
        let read = DeliveryAnnotations::from_bytes(&section.to_bytes().unwrap()).unwrap();
        let (_, value) = read.0.0.into_iter().next().unwrap();
        assert_eq!(Error::from_bytes(&value.to_bytes().unwrap()).unwrap(), error);
    }

    /// Section 3.5.8: a filter is described, or null.
    #[test]
    fn filters_are_described_or_null() {
        for (value, accepts) in [("40", true), ("00 a30161 45", true), ("00 44 a10161", true)]
            .into_iter()
            .chain(["41", "a10161", "45", "c10100"].map(|value| (value, false)))
        {
            let size = octets(value).len() + 4;
            let text = format!("c1{size:02x}02 a30166 {value}");
            if accepts {
                FilterSet::from_bytes(&octets(&text)).unwrap();
            } else {
                assert!(unexpected(kind::<FilterSet>(&text)), "{text}");
            }
        }
    }

    /// Section 3.5.9: a node's lifetime is one of four described lists, which are empty.
    #[test]
    fn a_lifetime_policy_among_the_properties_of_a_node() {
        let text = "c1 16 02 a30f 6c69666574696d652d706f6c696379 00532c 45";
        let properties = NodeProperties::from_bytes(&octets(text)).unwrap();
        let (key, value) = properties.0.0.iter().next().unwrap();
        assert_eq!(key.as_str(), "lifetime-policy");
        let policy = LifetimePolicy::from_bytes(&value.to_bytes().unwrap()).unwrap();
        assert_eq!(policy, LifetimePolicy::DeleteOnNoLinks(DeleteOnNoLinks {}));
        assert_eq!(hex(&properties.to_bytes().unwrap()), hex(&octets(text)));
    }

    /// Section 3.2.16.
    #[test]
    fn an_encoded_message_has_its_sections_in_order() {
        let all = Message {
            header: Some(Header::default()),
            delivery_annotations: Some(DeliveryAnnotations::default()),
            message_annotations: Some(MessageAnnotations::default()),
            properties: Some(Properties::default()),
            application_properties: Some(ApplicationProperties::default()),
            body: Body::Data(Bytes::new()),
            footer: Some(Footer::default()),
        };
        let expected =
            "00537045 005371c10100 005372c10100 00537345 005374c10100 005375a000 005378c10100";
        assert_eq!(hex(&all.to_bytes().unwrap()), hex(&octets(expected)));
        assert_eq!(amqp_types::messaging::MESSAGE_FORMAT.0, 0);
    }
}

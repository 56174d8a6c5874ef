//! Implementations of the traits that break their contracts. Encoding and decoding must still end, must not
//! panic, and must not change other octets.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::cell::Cell;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};

use amqp_types::messaging::{EncodeMessage, MessageWriter};
use amqp_types::{
    Accepts, Array, ArrayItem, ArrayRef, Bytes, Composite, Constructor, Decode, DecodeErrorKind,
    Decoder, Encode, EncodeError, Failed, Format, List, ListRef, Map, MapRef, Primitive, Reader,
    Value, Writer,
};

/// Writes arbitrary octets, and returns arbitrary results.
struct Raw {
    octets: &'static [u8],
    is_null: bool,
}

impl Encode for Raw {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.slice(self.octets);
    }

    fn is_null(&self) -> bool {
        self.is_null
    }
}

impl ArrayItem for Raw {
    const FORMATS: &'static [Format] = &[Format::Vbin8, Format::Vbin32];

    fn encode_value(&self, _: Format, writer: &mut Writer<'_>) -> bool {
        writer.slice(self.octets);
        false
    }
}

/// An item of an array without formats.
struct Formless;

impl Encode for Formless {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.format(Format::Null);
    }
}

impl ArrayItem for Formless {
    const FORMATS: &'static [Format] = &[];

    fn encode_value(&self, _: Format, _: &mut Writer<'_>) -> bool {
        false
    }
}

/// Writes more octets each time.
#[derive(Default)]
struct Growing(Cell<usize>);

impl Encode for Growing {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.set(self.0.get() + 1);
        (0..self.0.get() * 100).for_each(|_| writer.octet(0x40));
    }
}

/// Writes slightly more than seems to fit.
struct Filling;

impl Encode for Filling {
    fn encode(&self, writer: &mut Writer<'_>) {
        for len in 0..300 {
            writer.slice(&[0x40; 300][..len]);
        }
    }
}

/// Encodes in every way. Checks that the results agree and that other octets are unchanged.
fn encode(value: &impl Encode) {
    let bytes = value.to_bytes();
    let mut buffer = vec![7];
    let appended = value.encode_to(&mut buffer);
    assert_eq!(bytes.is_ok(), appended.is_ok());
    assert_eq!(buffer[0], 7);
    match bytes {
        Ok(bytes) => assert_eq!(buffer[1..], bytes),
        Err(_) => assert_eq!(buffer, [7]),
    }
    for len in [0, 1, 2, 3, 8, 100, 1000] {
        let mut fixed = vec![0xee; len + 8];
        if let Ok(written) = value.encode_to_slice(&mut fixed[..len]) {
            assert!(written.len() <= len);
        }
        assert_eq!(fixed[len..], [0xee; 8]);
    }
}

const RAW: [Raw; 6] = [
    Raw { octets: b"", is_null: false },
    Raw { octets: b"", is_null: true },
    Raw { octets: b"\x52\x07\x52\x08", is_null: false },
    Raw { octets: b"\x52\x07", is_null: true },
    Raw { octets: b"\x40", is_null: false },
    Raw { octets: &[0xff; 300], is_null: false },
];

#[test]
fn values_that_write_anything_or_nothing() {
    for raw in RAW {
        encode(&raw);
        encode(&Some(&raw));
        let is_null = raw.is_null;
        let octets = raw.octets;
        encode(&List(vec![raw, Raw { octets, is_null }]));
        encode(&[(Raw { octets, is_null }, Raw { octets, is_null })].into_iter().fold(
            List(Vec::new()),
            |mut list, (key, value)| {
                list.0.extend([key, value]);
                list
            },
        ));
    }
    encode(&Filling);
    encode(&List(vec![Filling, Filling]));
}

#[test]
fn a_value_that_writes_more_each_time() {
    for len in [0, 64, 256, 100_000] {
        let mut fixed = vec![0xee; len];
        let _ = Growing::default().encode_to_slice(&mut fixed);
        let list = List(vec![Growing::default(), Growing::default()]);
        let _ = list.encode_to_slice(&mut fixed);
        let once = list.to_bytes().expect("it is not too long");
        let twice = list.to_bytes().expect("it is not too long");
        assert!(once.len() < twice.len());
    }
}

#[test]
fn arrays_whose_items_do_not_fit_any_format_are_an_error() {
    for raw in RAW {
        let array = Array(vec![raw]);
        assert!(array.to_bytes().is_err());
        encode(&array);
        encode(&List(vec![array]));
    }
    assert!(Array(vec![Formless]).to_bytes().is_err());
    encode(&List(vec![Array(vec![Formless])]));
}

/// Writes a list or a map without writing its fields.
struct Unfinished;

impl Encode for Unfinished {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.list(|_| {});
        writer.map(|_| {});
        writer.list(|list| list.next(&Unwritten));
    }
}

/// Writes no octet.
struct Unwritten;

impl Encode for Unwritten {
    fn encode(&self, _: &mut Writer<'_>) {}
}

#[test]
fn lists_and_maps_without_fields_are_empty() {
    encode(&Unfinished);
    let octets = Unfinished.to_bytes().expect("it can be encoded");
    assert_eq!(octets[..4], [0x45, 0xc1, 0x01, 0x00]);
}

/// Decodes without reading, fails without recording an error, or returns a slice of other octets.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
struct Wrong<const HOW: u8>;

impl<'de, const HOW: u8> Decode<'de> for Wrong<HOW> {
    const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

    fn decode_value(_: Constructor<'de>, reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        match HOW {
            // Reads nothing.
            0 => Ok(Self),
            // Takes all octets.
            1 => reader.take(reader.remaining().len()).map(|_| Self),
            // Ignores an error.
            2 => Ok(reader.take(usize::MAX).map_or(Self, |_| Self)),
            // Records an error in octets that are not of the input.
            3 => Err(reader.error_in(&[1, 2, 3], DecodeErrorKind::Invalid("wrong"))),
            // Takes ownership of octets that are not of the input.
            4 => reader.to_owned(&[1, 2, 3]).map(|_| Self),
            // Leaves levels that it has not entered, and does not leave others.
            5 => {
                reader.leave();
                Ok(Self)
            }
            _ => reader.enter().map(|()| Self),
        }
    }

    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        if HOW == 0 { Ok(Self) } else { reader.decode_slow() }
    }
}

fn decode<const HOW: u8>() {
    let inputs: [&[u8]; 7] = [
        b"",
        b"\x40",
        b"\xc0\x03\x02\x40\x40",
        b"\xc1\x05\x04\x40\x40\x40\x40",
        b"\xe0\x04\x02\x50\x07\x08",
        b"\xd0\x00\x00\x00\x06\x00\x00\x00\x02\x40\x40",
        b"\xd0\x00\x00\x00\x04\xff\xff\xff\xff",
    ];
    for input in inputs {
        let shared = Bytes::from_static(input);
        let _ = Wrong::<HOW>::from_bytes(input);
        let _ = Wrong::<HOW>::from_shared(&shared);
        let _ = Decoder::new(input).decode_prefix::<Wrong<HOW>>();
        let _ = List::<Wrong<HOW>>::from_bytes(input);
        let _ = Map::<Wrong<HOW>, Wrong<HOW>>::from_bytes(input);
        let _ = Array::<Wrong<HOW>>::from_bytes(input);
        let _ = Map::<Value, Wrong<HOW>>::from_shared(&shared);
        if let Ok(list) = ListRef::<Wrong<HOW>>::from_bytes(input) {
            assert!(list.iter().count() <= input.len());
        }
        if let Ok(map) = MapRef::<Wrong<HOW>, Wrong<HOW>>::from_bytes(input) {
            assert!(map.iter().count() <= input.len());
        }
        if let Ok(array) = ArrayRef::<Wrong<HOW>>::from_bytes(input) {
            assert!(array.iter().count() <= input.len());
        }
    }
}

#[test]
fn implementations_that_read_nothing_or_too_much_or_ignore_errors() {
    decode::<0>();
    decode::<1>();
    decode::<2>();
    decode::<3>();
    decode::<4>();
    decode::<5>();
    decode::<6>();
}

/// Reads on after an error.
struct Forgiving;

impl<'de> Decode<'de> for Forgiving {
    const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if u32::decode_value(constructor, reader).is_err() {
            reader.skip_value(constructor)?;
        }
        Ok(Self)
    }
}

impl Encode for Forgiving {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.format(Format::Null);
    }
}

#[derive(Composite)]
#[amqp(name = "a", code = 0x40)]
struct AfterForgiving {
    _forgiving: Forgiving,
    _missing: u32,
}

#[test]
fn an_ignored_error_does_not_replace_that_of_a_missing_field() {
    let octets = [0, 0x53, 0x40, 0xc0, 4, 1, 0xa1, 1, b'x'];
    let error = AfterForgiving::from_bytes(&octets).map(drop).unwrap_err();
    assert_eq!((error.kind(), error.at()), (DecodeErrorKind::MissingField, 9));
}

#[test]
fn a_slice_of_other_octets_is_copied() {
    struct Other(Bytes);

    impl<'de> Decode<'de> for Other {
        const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

        fn decode_value(_: Constructor<'de>, reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
            reader.to_owned(&[1, 2, 3]).map(Self)
        }
    }

    let input = Bytes::from_static(b"\x40");
    assert_eq!(Other::from_shared(&input).map(|own| own.0), Ok(Bytes::from_static(&[1, 2, 3])));
}

/// A message whose first attempt to encode a part fails.
struct Failing;

impl EncodeMessage for Failing {
    fn encode_message(&self, message: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        let mut short = [0; 16];
        message.data("x".repeat(300).encode_to_slice(&mut short)?);
        Ok(())
    }
}

#[test]
fn an_error_of_a_message_is_returned_as_it_is() {
    let error = EncodeError::TooLong { octets: 305, limit: 16 };
    assert_eq!(Failing.to_message_bytes(), Err(error));
    for capacity in [0, 1, 64, 4096] {
        let mut buffer = Vec::with_capacity(capacity);
        assert_eq!(MessageWriter::append(&mut buffer, &Failing), Err(error));
        assert_eq!(buffer, []);
    }
}

/// Panics while it is encoded.
struct Panicking;

impl Encode for Panicking {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.octet(0xe0);
        panic!("a value that panics");
    }
}

impl ArrayItem for Panicking {
    const FORMATS: &'static [Format] = &[Format::Vbin8, Format::Vbin32];

    fn encode_value(&self, _: Format, _: &mut Writer<'_>) -> bool {
        panic!("an item that panics");
    }
}

/// Catches the panic of what it encodes.
struct Catching<F>(F);

impl<F: Fn(&mut Writer<'_>)> Encode for Catching<F> {
    fn encode(&self, writer: &mut Writer<'_>) {
        let encode = AssertUnwindSafe(|| (self.0)(writer));
        assert!(catch_unwind(encode).is_err());
        Array(vec!["x".repeat(300)]).encode(writer);
    }
}

#[test]
fn a_panic_that_is_caught_in_a_compound_makes_encoding_fail() {
    let compounds: [fn(&mut Writer<'_>); 6] = [
        |writer| Array(vec![Panicking]).encode(writer),
        |writer| List(vec![Panicking]).encode(writer),
        |writer| Map::try_from(vec![(1u8, Panicking)]).unwrap().encode(writer),
        |writer| writer.list(|list| list.next(&Panicking)),
        |writer| writer.map(|map| map.entry(&"key", &Panicking)),
        |writer| writer.map(|_| panic!("fields that panic")),
    ];
    for compound in compounds {
        let octets = List(vec![Catching(compound)]).to_bytes();
        assert_eq!(octets, Err(EncodeError::Unfinished));
    }
}

#[test]
fn a_panic_that_is_caught_between_fields_omits_the_field() {
    let panics = |write: &mut dyn FnMut()| assert!(catch_unwind(AssertUnwindSafe(write)).is_err());
    let written = |write: &dyn Fn(&mut Writer<'_>)| {
        let mut octets = Vec::new();
        Writer::append(&mut octets, write).map(|_| octets)
    };
    let list = written(&|writer| {
        writer.list(|list| {
            list.next(&1u8);
            panics(&mut || list.next(&Panicking));
            list.next(&2u8);
        });
    });
    assert_eq!(list, Ok(vec![0xc0, 5, 2, 0x50, 1, 0x50, 2]));
    let map = written(&|writer| {
        writer.map(|map| {
            panics(&mut || map.entry(&"key", &Panicking));
            map.entry(&"a", &1u8);
        });
    });
    assert_eq!(map, Ok(vec![0xc1, 6, 2, 0xa1, 1, b'a', 0x50, 1]));
}

/// A message that catches the panic of a section.
struct CatchingMessage<F>(F);

impl<F: Fn(&mut MessageWriter<'_>)> EncodeMessage for CatchingMessage<F> {
    fn encode_message(&self, message: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        let encode = AssertUnwindSafe(|| (self.0)(message));
        assert!(catch_unwind(encode).is_err());
        Ok(())
    }
}

#[test]
fn a_panic_that_is_caught_in_a_section_makes_encoding_fail() {
    let sections: [fn(&mut MessageWriter<'_>); 2] =
        [|message| message.value(&Panicking), |message| message.sequence(&[Panicking])];
    for section in sections {
        let octets = CatchingMessage(section).to_message_bytes();
        assert_eq!(octets, Err(EncodeError::Unfinished));
    }
}

#[test]
fn a_list_that_is_not_finished_is_an_error() {
    let written = Writer::append(&mut Vec::new(), |writer| writer.begin_list().next(&1u8));
    assert_eq!(written, Err(EncodeError::Unfinished));
    let message = EncodeError::Unfinished.to_string();
    assert_eq!(message, "a list, map, array or section of a message was not written to its end");
}

/// Reads two entries whose keys it does not know, and leaves the others.
#[derive(Debug)]
struct Early;

impl<'de> Decode<'de> for Early {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Map);

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        reader.map_fields(constructor, Self::ACCEPTS, |fields| {
            for _ in 0..2 {
                fields.next_key()?;
                fields.unknown()?;
            }
            Ok(Self)
        })
    }
}

/// A value that takes all octets that are left, whatever they are.
#[derive(Debug)]
struct Rest;

impl<'de> Decode<'de> for Rest {
    const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

    fn decode_value(_: Constructor<'de>, reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        reader.take(reader.remaining().len()).map(|_| Self)
    }
}

/// Returns a map of 32-bit size with these entries.
fn map_of(count: u32, entries: &[u8]) -> Vec<u8> {
    let size = u32::try_from(entries.len() + 4).unwrap();
    [&[0xd1][..], &size.to_be_bytes(), &count.to_be_bytes(), entries].concat()
}

#[test]
fn octets_that_a_type_did_not_look_at_are_not_followed() {
    let mut entries = [0xa3, 1, b'a', 0x40, 0xa3, 1, b'b', 0x40].to_vec();
    entries.resize(200_000, 0);
    let error = Early::from_bytes(&map_of(6, &entries)).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::LeftOver);

    // The first value is skipped to find the position of the key that appears twice.
    let mut deep = vec![0; 200_000];
    deep.extend([0x43, 0x40, 0x43, 0x40]);
    let entries = [&[0x43][..], &deep].concat();
    assert!(Map::<u32, Rest>::from_bytes(&map_of(4, &entries)).is_err());
}

/// A key without an order.
#[derive(Debug, PartialEq, Eq)]
struct Unordered(u32);

impl PartialOrd for Unordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Unordered {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0.wrapping_mul(0x9e37_79b9) ^ other.0 & 1 == 0 {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    }
}

impl<'de> Decode<'de> for Unordered {
    const ACCEPTS: &'static Accepts = u32::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        u32::decode_value(constructor, reader).map(Self)
    }
}

#[test]
fn keys_without_an_order_do_no_harm() {
    for count in [2u32, 12, 13, 20, 21, 100, 1000] {
        let entries: Map<u32, ()> = (0..count).rev().map(|key| (key, ())).collect();
        let octets = entries.to_bytes().unwrap();
        let _ = Map::<Unordered, ()>::from_bytes(&octets);
    }
}

thread_local! {
    static READS: Cell<usize> = const { Cell::new(0) };
}

/// A number whose decoding fails once `READS` is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Once(u8);

impl<'de> Decode<'de> for Once {
    const ACCEPTS: &'static Accepts = u8::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let read = u8::decode_value(constructor, reader).map(Self);
        match READS.get().checked_sub(1) {
            Some(left) => READS.set(left),
            None => return Err(reader.error(DecodeErrorKind::Invalid("read too often"))),
        }
        read
    }
}

impl Encode for Once {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

impl ArrayItem for Once {
    const FORMATS: &'static [Format] = u8::FORMATS;

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        self.0.encode_value(format, writer)
    }
}

#[test]
fn a_view_whose_items_cannot_be_read_again_ends_and_is_written_as_far_as_it_goes() {
    READS.set(4);
    let octets = List(vec![1u8, 2, 3]).to_bytes().unwrap();
    let list = ListRef::<Once>::from_bytes(&octets).unwrap();
    assert_eq!(list.to_bytes().unwrap(), List(vec![1u8]).to_bytes().unwrap());
    let mut items = list.iter();
    assert_eq!((items.next(), items.len(), items.next()), (None, 0, None));

    READS.set(4);
    let octets = Array(vec![1u8, 2, 3]).to_bytes().unwrap();
    let array = ArrayRef::<Once>::from_bytes(&octets).unwrap();
    assert_eq!(array.to_bytes().unwrap(), Array(vec![1u8]).to_bytes().unwrap());

    // Four to validate, two to compare the keys, and two for the first entry.
    READS.set(8);
    let octets = Map::from_iter([(1u8, 1u8), (2, 2)]).to_bytes().unwrap();
    let map = MapRef::<Once, Once>::from_bytes(&octets).unwrap();
    assert_eq!(map.to_bytes().unwrap(), Map::from_iter([(1u8, 1u8)]).to_bytes().unwrap());
}

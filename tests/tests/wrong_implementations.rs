//! Implementations of the traits that break their contracts. Encoding and decoding must still end, must not
//! panic, and must not change other octets.
#![allow(clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

use std::cell::Cell;

use amqp_types::{
    Accepts, Array, ArrayItem, Bytes, Constructor, Decode, DecodeErrorKind, Decoder, Encode,
    Failed, Format, List, ListRef, Map, Reader, Value, Writer,
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
        if let Ok(map) = amqp_types::MapRef::<Wrong<HOW>, Wrong<HOW>>::from_bytes(input) {
            assert!(map.iter().count() <= input.len());
        }
        if let Ok(array) = amqp_types::ArrayRef::<Wrong<HOW>>::from_bytes(input) {
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

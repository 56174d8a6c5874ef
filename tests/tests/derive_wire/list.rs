use std::fmt::Debug;

use amqp_types::{
    Composite, Decode, Described, Descriptor, Encode, Found, List, Multiple, Primitive, Restricted,
    Symbol, Timestamp,
};

use crate::{both, reads, refuses, writes};

#[derive(Clone, Composite, Debug, PartialEq)]
#[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
struct Reading<'a, T> {
    sensor: &'a str,
    value: T,
    taken: Option<Timestamp>,
    #[amqp(default = 1)]
    scale: u32,
    #[amqp(rename = "labels")]
    tags: Multiple<Symbol>,
    #[amqp(skip)]
    note: u32,
}

fn reading<T>(value: T) -> Reading<'static, T> {
    Reading { sensor: "a", value, taken: None, scale: 1, tags: Multiple::NONE, note: 0 }
}

#[derive(Clone, Composite, Debug, Default, PartialEq)]
#[amqp(code = 0x53)]
struct Small {
    first: Option<u8>,
    #[amqp(default)]
    second: bool,
    third: Option<u8>,
}

#[derive(Composite, Debug, PartialEq)]
struct Bare {
    value: u8,
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:strict", strict, rename = "severe")]
struct Strict {
    value: Option<u8>,
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(code = 0)]
struct Empty {}

#[test]
fn trailing_nulls_and_defaults_are_omitted() {
    both(reading(7u8), "00 80 0000123400000001 c0 06 02 a10161 5007");
    let scaled = Reading { scale: 2, ..reading(7u8) };
    both(scaled, "00 80 0000123400000001 c0 09 04 a10161 5007 40 5202");
    let taken = Reading { taken: Some(Timestamp(1)), ..reading("b") };
    both(taken, "00 80 0000123400000001 c0 10 03 a10161 a10162 83 0000000000000001");
    let tags = Multiple::one(Symbol::from_static("x"));
    both(
        Reading { tags, ..reading(true) },
        "00 80 0000123400000001 c0 0a 05 a10161 41 40 40 a30178",
    );
    both(Small::default(), "00 53 53 45");
    both(Empty {}, "00 44 45");
}

#[test]
fn a_field_with_a_default_is_never_null() {
    reads("00 53 53 c0 04 03 40 40 40", Small::default());
    reads("00 53 53 c0 03 02 40 42", Small::default());
    reads("00 53 53 c0 05 03 5001 41 40", Small { first: Some(1), second: true, third: None });
    both(Small { third: Some(3), ..Small::default() }, "00 53 53 c0 05 03 40 40 5003");
}

#[test]
fn a_field_with_skip_is_not_on_the_wire() {
    writes(&Reading { note: 9, ..reading(7u8) }, "00 80 0000123400000001 c0 06 02 a10161 5007");
}

#[test]
fn each_encoding_of_the_descriptor_and_the_list_is_decoded() {
    let name = format!("a318{}", crate::hex(b"com.example:reading:list"));
    let wide = format!("b300000018{}", crate::hex(b"com.example:reading:list"));
    for descriptor in ["80 0000123400000001", &name, &wide] {
        reads(&format!("00 {descriptor} c0 06 02 a10161 5007"), reading(7u8));
        reads(&format!("00 {descriptor} d0 00000009 00000002 a10161 5007"), reading(7u8));
    }
    reads("00 80 0000000000000053 45", Small::default());
    reads("00 80 0000000000000000 c0 01 00", Empty {});
}

#[test]
fn descriptors_are_constants() {
    let both = Descriptor::new("com.example:reading:list", 0x0000_1234_0000_0001);
    assert_eq!(Reading::<u8>::DESCRIPTOR, both);
    assert_eq!(Small::DESCRIPTOR, Descriptor::numbered(0x53));
    assert_eq!(Strict::DESCRIPTOR, Descriptor::named("com.example:strict"));
}

#[test]
fn unknown_fields_are_ignored() {
    let due = Small { first: Some(1), second: true, third: Some(3) };
    reads("00 53 53 c0 0a 05 5001 41 5003 a10178 41", due);
}

#[test]
fn a_strict_type_refuses_unknown_fields() {
    let name = crate::hex(b"com.example:strict");
    both(Strict { value: Some(1) }, &format!("00 a312 {name} c0 03 01 5001"));
    refuses::<Strict>(
        &format!("00 a312 {name} c0 04 02 5001 41"),
        "the type is strict and has no such field (octet 26)",
    );
    refuses::<Strict>(
        &format!("00 a312 {name} c0 02 01 41"),
        "severe.value: expected ubyte, found boolean (octet 24)",
    );
}

#[test]
fn a_bare_list_has_no_descriptor() {
    both(Bare { value: 5 }, "c0 03 01 5005");
    refuses::<Bare>(
        "00 53 10 c0 03 01 5005",
        "expected list, found a value described by 0x10 (octet 0)",
    );
    refuses::<Bare>("5005", "expected list, found ubyte (octet 0)");
}

#[test]
fn errors_name_the_field() {
    let refuses = refuses::<Reading<'static, u8>>;
    refuses(
        "00 80 0000123400000001 c0 06 02 a10161 5601",
        "Reading.value: expected ubyte, found boolean (octet 16)",
    );
    refuses(
        "00 80 0000123400000001 c0 08 04 a10161 5007 40 41",
        "Reading.scale: expected uint, found boolean (octet 19)",
    );
    refuses(
        "00 80 0000123400000001 c0 04 01 a10161",
        "Reading.value: a mandatory field is null or absent (octet 16)",
    );
    refuses(
        "00 80 0000123400000001 c0 04 02 40 5007",
        "Reading.sensor: a mandatory field is null or absent (octet 13)",
    );
    refuses(
        "00 80 0000123400000001 c0 09 05 a10161 5007 40 40 41",
        "Reading.labels: expected null or symbol or array, found boolean (octet 20)",
    );
    refuses(
        "00 53 10 45",
        "expected com.example:reading:list, found a value described by 0x10 (octet 0)",
    );
    refuses("45", "expected com.example:reading:list, found list (octet 0)");
    refuses("00 80 0000123400000001 5007", "expected list, found ubyte (octet 10)");
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(code = 0x60)]
struct Outer {
    #[amqp(default = Small { first: Some(9), ..Small::default() })]
    inner: Small,
    bare: Option<Bare>,
}

#[test]
fn composites_can_be_nested() {
    let inner = Small { first: Some(9), ..Small::default() };
    both(Outer { inner, bare: None }, "00 53 60 45");
    let outer = Outer { inner: Small::default(), bare: Some(Bare { value: 1 }) };
    both(outer, "00 53 60 c0 0a 02 00535345 c0 03 01 5001");
    refuses::<Outer>(
        "00 53 60 c0 09 02 00535345 c0 02 01 41",
        "Outer.bare.value: expected ubyte, found boolean (octet 13)",
    );
}

/// Each kind of parameter, with bounds in both places and a default.
#[derive(Composite, Debug, PartialEq)]
#[amqp(code = 0x61)]
struct Parameters<'a, 'b: 'a, T: Clone = u8, U = T, const N: usize = 2>
where
    U: Debug,
{
    text: &'a str,
    octets: &'b [u8],
    one: T,
    #[amqp(default)]
    many: List<U>,
    #[amqp(skip)]
    room: Room<N>,
    r#type: Option<u8>,
}

#[derive(Debug, PartialEq)]
struct Room<const N: usize>([u8; N]);

impl<const N: usize> Default for Room<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

#[test]
fn parameters_of_each_kind() {
    let value = Parameters::<'_, '_, u8, &str> {
        text: "a",
        octets: &[1],
        one: 2,
        many: List(vec!["b"]),
        room: Room([0; 2]),
        r#type: None,
    };
    both(value, "00 53 61 c0 0f 04 a10161 a00101 5002 c0 04 01 a10162");
    refuses::<Parameters<'static, 'static>>(
        "00 53 61 c0 0b 05 a10161 a00101 5002 40 41",
        "Parameters.type: expected ubyte, found boolean (octet 15)",
    );
}

/// The bounds of a recursive type are not circular.
#[derive(Composite, Debug, PartialEq)]
#[amqp(code = 0x62)]
struct Tree<T> {
    value: T,
    #[amqp(default)]
    branches: List<Self>,
}

impl<T> Tree<T> {
    const fn leaf(value: T) -> Self {
        Self { value, branches: List(Vec::new()) }
    }
}

#[test]
fn a_type_can_contain_itself() {
    let tree = Tree { value: 1u8, branches: List(vec![Tree::leaf(2)]) };
    both(tree, "00 53 62 c0 0e 02 5001 c0 09 01 00 53 62 c0 03 01 5002");
}

/// A default can have another type that converts to that of the field.
#[derive(Composite, Debug, PartialEq)]
struct Defaults<'a> {
    #[amqp(default = b"ab")]
    octets: &'a [u8],
    #[amqp(default = { let half: u8 = 4; half * 2 })]
    number: u8,
    #[amqp(default = u16::from_str_radix("ff", 16).map_or(0, |number| number))]
    parsed: u16,
    #[amqp(default = Vec::<(u8, u8)>::new().len() as u64)]
    len: u64,
    #[amqp(default = -1)]
    negative: i8,
}

#[test]
fn defaults_are_expressions() {
    both(Defaults { octets: b"ab", number: 8, parsed: 255, len: 0, negative: -1 }, "45");
    both(Defaults { octets: b"", number: 8, parsed: 255, len: 0, negative: -1 }, "c0 03 01 a000");
}

#[derive(Clone, Copy, Debug, PartialEq, Restricted)]
struct Handle(u32);

#[derive(Composite, Debug, PartialEq)]
struct Handles {
    #[amqp(default = Handle(u32::MAX))]
    max: Handle,
}

#[test]
fn a_default_can_have_another_type() {
    both(Handles { max: Handle(u32::MAX) }, "45");
    both(Handles { max: Handle(0) }, "c0 02 01 43");
}

#[derive(Composite, Debug, PartialEq)]
struct Offset {
    #[amqp(default)]
    celsius: f64,
}

/// `0.0` and `-0.0` are equal, but have different encodings, so neither is omitted for the other.
#[test]
fn a_negative_zero_is_not_the_default() {
    both(Offset { celsius: 0.0 }, "45");
    let octets = Offset { celsius: -0.0 }.to_bytes().unwrap();
    assert_eq!(octets[..], *b"\xc0\x0a\x01\x82\x80\0\0\0\0\0\0\0");
    assert!(Offset::from_bytes(&octets).unwrap().celsius.is_sign_negative());
}

#[test]
fn errors_can_be_inspected() {
    let error = Bare::from_bytes(&[0xc0, 2, 1, 0x41]).unwrap_err();
    let path: Vec<_> = error.fields().map(|field| (field.of, field.name)).collect();
    assert_eq!(path, [("Bare", "value")]);
    let amqp_types::DecodeErrorKind::UnexpectedType { found, .. } = error.kind() else {
        panic!("{error}");
    };
    assert_eq!(found, Found::Primitive(Primitive::Boolean));
}

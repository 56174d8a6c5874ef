use amqp_types::{Composite, Decode, Described, Descriptor, Multiple, Restricted, Value};

use crate::{both, reads, refuses};

#[derive(Clone, Copy, Debug, PartialEq, Restricted)]
struct Milliseconds(u32);

#[derive(Debug, PartialEq, Restricted)]
struct Address<'a>(&'a str);

#[derive(Debug, PartialEq, Restricted)]
struct Perhaps<T>(Option<T>);

#[derive(Debug, PartialEq, Restricted)]
#[amqp(name = "com.example:data:binary", code = 0x75)]
struct Data<'a>(&'a [u8]);

#[derive(Debug, PartialEq, Restricted)]
#[amqp(code = 0x77)]
struct Section<T>(T);

#[derive(Composite, Debug, PartialEq)]
struct Holder {
    delay: Milliseconds,
    perhaps: Perhaps<u8>,
    section: Section<Option<u8>>,
}

#[test]
fn a_newtype_is_encoded_as_its_field() {
    both(Milliseconds(0), "43");
    both(Milliseconds(300), "70 0000012c");
    both(Address("a"), "a1 01 61");
    both(Perhaps::<u8>(None), "40");
    assert_eq!(Milliseconds::ACCEPTS, <u32 as Decode>::ACCEPTS);
    refuses::<Milliseconds>("41", "expected uint, found boolean (octet 0)");
}

#[test]
fn with_a_descriptor_it_is_described() {
    both(Data(b"ab"), "00 53 75 a0 02 6162");
    both(Section(7u8), "00 53 77 50 07");
    both(Section(None::<u8>), "00 53 77 40");
    both(Section(Section(true)), "00 53 77 00 53 77 41");
    both(Section(Multiple::<u8>::NONE), "00 53 77 40");
    assert_eq!(Data::DESCRIPTOR, Descriptor::new("com.example:data:binary", 0x75));
    let name = crate::hex(b"com.example:data:binary");
    reads(&format!("00 a317 {name} b0 00000001 61"), Data(b"a"));
}

#[test]
fn another_descriptor_is_refused_and_so_is_another_inner_type() {
    refuses::<Section<u8>>(
        "00 53 75 50 07",
        "expected a value described by 0x77, found a value described by 0x75 (octet 0)",
    );
    refuses::<Section<u8>>("50 07", "expected a value described by 0x77, found ubyte (octet 0)");
    refuses::<Section<u8>>("00 53 77 41", "expected ubyte, found boolean (octet 3)");
}

#[test]
fn a_described_null_is_not_absent() {
    let due = |perhaps, section| Holder { delay: Milliseconds(1), perhaps, section };
    both(due(Perhaps(None), Section(None)), "c0 08 03 5201 40 00537740");
    both(due(Perhaps(Some(1)), Section(Some(2))), "c0 0a 03 5201 5001 0053775002");
    refuses::<Holder>(
        "c0 03 01 5201",
        "Holder.section: a mandatory field is null or absent (octet 5)",
    );
}

#[test]
fn nested_descriptors_are_limited() {
    let mut octets = [0x00, 0x53, 0x77].repeat(100);
    octets.push(0x40);
    assert!(Section::<Value>::from_bytes(&octets).is_err());
}

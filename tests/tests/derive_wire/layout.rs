use amqp_types::{DecodeErrorKind, Layout};

use crate::{hex, octets};

/// The protocol header of section 2.2, which both sides send first.
#[derive(Clone, Copy, Debug, Layout, PartialEq)]
#[amqp(prefix = b"AMQP")]
struct ProtocolHeader {
    id: u8,
    major: u8,
    minor: u8,
    revision: u8,
}

#[derive(Debug, Layout, PartialEq)]
struct Channel(u16);

#[derive(Debug, Layout, PartialEq)]
struct Everything {
    size: u32,
    channel: Channel,
    magic: [u8; 3],
    header: ProtocolHeader,
    least: i8,
    last: u64,
}

const PLAIN: ProtocolHeader = ProtocolHeader { id: 0, major: 1, minor: 0, revision: 0 };

#[test]
fn fields_are_big_endian_and_in_order() {
    assert_eq!(ProtocolHeader::LEN, 8);
    assert_eq!(PLAIN.to_bytes(), *b"AMQP\x00\x01\x00\x00");
    assert_eq!(ProtocolHeader::from_bytes(b"AMQP\x00\x01\x00\x00"), Ok(PLAIN));
    let everything = Everything {
        size: 0x0102_0304,
        channel: Channel(0x0506),
        magic: *b"abc",
        header: PLAIN,
        least: -2,
        last: 7,
    };
    let due = "01020304 0506 616263 414d515000010000 fe 0000000000000007";
    assert_eq!(Everything::LEN, 26);
    assert_eq!(hex(&everything.to_bytes()), due.replace(' ', ""));
    assert_eq!(Everything::from_bytes(octets(due)), Ok(everything));
}

#[test]
fn wrong_lengths_and_prefixes_are_errors() {
    let kind = |octets: &[u8]| ProtocolHeader::from_bytes(octets).unwrap_err();
    assert_eq!(kind(b"AMQP\0\x01\0").kind(), DecodeErrorKind::UnexpectedEnd);
    assert_eq!(kind(b"AMQP\0\x01\0\0\0").kind(), DecodeErrorKind::LeftOver);
    let wrong = kind(b"AMXP\0\x01\0\0");
    assert_eq!(wrong.at(), 2);
    assert_eq!(wrong.to_string(), "the octets must begin with \"AMQP\" (octet 2)");
    let inside = octets("01020304 0506 616263 414d585000010000 fe 0000000000000007");
    assert_eq!(Everything::from_bytes(inside).unwrap_err().at(), 11);
}

#[test]
fn the_trait_and_the_inherent_methods_agree() {
    fn length<T: Layout>(value: &T) -> usize {
        value.to_octets().as_ref().len()
    }
    assert_eq!(length(&PLAIN), <ProtocolHeader as Layout>::LEN);
}

//! User-defined types: one for each kind of derive, and one with hand-written implementations.

mod celsius;

use amqp_types::{Composite, Layout, Multiple, OneOf, Restricted, Symbol, SymbolRef, Timestamp};

pub use celsius::{BelowAbsoluteZero, Celsius};

/// A layout, which both sides send first.
#[derive(Clone, Copy, Debug, Layout, PartialEq)]
#[amqp(prefix = b"THRM")]
pub struct Hello {
    pub version: u8,
    pub flags: u16,
}

/// A newtype, encoded as its field.
#[derive(Clone, Copy, Debug, PartialEq, Restricted)]
pub struct Seconds(pub u32);

/// Choices that can be extended.
#[derive(Clone, Copy, Debug, PartialEq, Restricted)]
#[amqp(source = symbol)]
pub enum Quality<'a> {
    #[amqp(value = "com.example:good")]
    Good,
    #[amqp(value = "com.example:doubtful")]
    Doubtful,
    #[amqp(other)]
    Other(SymbolRef<'a>),
}

/// A composite with a lifetime and a type parameter.
#[derive(Clone, Composite, Debug, PartialEq)]
#[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
pub struct Reading<'a, T> {
    pub sensor: &'a str,
    pub value: T,
    pub taken: Option<Timestamp>,
    #[amqp(default = Seconds(60))]
    pub every: Seconds,
    #[amqp(default = Quality::Good)]
    pub quality: Quality<'a>,
    pub tags: Multiple<Symbol>,
    #[amqp(skip)]
    pub seen: bool,
}

/// A composite that is sent instead of a reading.
#[derive(Clone, Composite, Debug, PartialEq)]
#[amqp(name = "com.example:silence:list", code = 0x0000_1234_0000_0002)]
pub struct Silence {
    pub since: Timestamp,
}

/// A union of two described types and a primitive one.
#[derive(Clone, Debug, OneOf, PartialEq)]
pub enum Report<'a, T> {
    Reading(Reading<'a, T>),
    Silence(Silence),
    Celsius(Celsius),
}

#[cfg(test)]
mod tests {
    use amqp_types::{Array, Decode, Encode};

    use super::*;

    fn reading<T>(value: T) -> Reading<'static, T> {
        let (every, quality) = (Seconds(60), Quality::Good);
        let tags = Multiple::NONE;
        Reading {
            sensor: "a",
            value,
            taken: None,
            every,
            quality,
            tags,
            seen: false,
        }
    }

    #[track_caller]
    fn both<'a, T: Encode + Decode<'a> + PartialEq + std::fmt::Debug>(value: &T, due: &'a [u8]) {
        assert_eq!(value.to_bytes().unwrap()[..], *due);
        assert_eq!(T::from_bytes(due).as_ref(), Ok(value));
    }

    #[test]
    fn each_kind_of_type() {
        let hello = Hello {
            version: 1,
            flags: 2,
        };
        assert_eq!(hello.to_bytes(), *b"THRM\x01\x00\x02");
        assert_eq!(Hello::from_bytes(&hello.to_bytes()), Ok(hello));
        both(&Seconds(5), b"\x52\x05");
        both(&Quality::Doubtful, b"\xa3\x14com.example:doubtful");
        both(&Quality::Other(SymbolRef::new("x").unwrap()), b"\xa3\x01x");
        let due = b"\x00\x80\0\0\x12\x34\0\0\0\x01\xc0\x07\x02\xa1\x01a\x61\x00\xd7";
        both(&reading(Celsius::from_tenths(215).unwrap()), due);
        both(
            &Report::Reading(reading(Celsius::from_tenths(215).unwrap())),
            due,
        );
    }

    #[test]
    fn a_hand_written_type_can_replace_a_primitive() {
        let freezing = Celsius::from_tenths(0).unwrap();
        let cold = Celsius::from_tenths(-400).unwrap();
        both(&freezing, b"\x61\0\0");
        both(&Some(cold), b"\x61\xfe\x70");
        both(&None::<Celsius>, b"\x40");
        both(
            &Array(vec![freezing, cold]),
            b"\xe0\x06\x02\x61\0\0\xfe\x70",
        );
        both(&Multiple::one(cold), b"\x61\xfe\x70");
        both(&Report::<u8>::Celsius(cold), b"\x61\xfe\x70");
    }

    #[test]
    fn errors_name_the_field() {
        let octets = b"\x00\x80\0\0\x12\x34\0\0\0\x01\xc0\x07\x02\xa1\x01a\x61\x80\x00";
        let error = Reading::<Celsius>::from_bytes(octets).unwrap_err();
        let due = "Reading.value: a temperature is below absolute zero (octet 17)";
        assert_eq!(error.to_string(), due);
        let error = Celsius::from_bytes(b"\x41").unwrap_err();
        assert_eq!(error.to_string(), "expected short, found boolean (octet 0)");
    }
}

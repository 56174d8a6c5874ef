//! Helpers for the unit tests of this crate, which write octets as hex.

#![allow(clippy::needless_pass_by_value, reason = "values are written where they are tested")]

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt::Debug;

use crate::decode::{Decode, DecodeOwned};
use crate::encode::Encode;
use crate::error::EncodeError;

/// Parses hex digits, ignoring whitespace.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap())
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// Asserts that the value encodes to these octets, also into a buffer of exactly their length, and that they
/// decode to the value.
pub(crate) fn encodes_to<T: Encode + DecodeOwned + PartialEq + Debug>(value: T, octets: &str) {
    let octets = hex(octets);
    assert_eq!(value.to_bytes().unwrap(), octets, "{value:?}");
    let mut buffer = vec![0xee; octets.len()];
    assert_eq!(value.encode_to_slice(&mut buffer).unwrap(), octets);
    if let Some(short) = octets.len().checked_sub(1) {
        let error = value.encode_to_slice(&mut buffer[..short]).unwrap_err();
        assert_eq!(error, EncodeError::TooLong { octets: octets.len(), limit: short });
    }
    assert_eq!(T::from_bytes(&octets).unwrap(), value);
    assert_eq!(T::from_shared(&octets.into()).unwrap(), value);
}

/// Asserts that these octets decode to the value, which may have another encoding.
pub(crate) fn decodes_from<T: DecodeOwned + PartialEq + Debug>(value: T, octets: &str) {
    assert_eq!(T::from_bytes(&hex(octets)).unwrap(), value);
}

/// Asserts that these octets are refused with this error.
pub(crate) fn refuses<T: for<'a> Decode<'a> + Debug>(octets: &str, sentence: &str) {
    let octets = hex(octets);
    assert_eq!(T::from_bytes(&octets).unwrap_err().to_string(), sentence);
}

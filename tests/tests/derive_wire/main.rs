//! The encoding and decoding of derived types, and the errors of invalid octets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod adapters;
mod array;
mod choices;
mod layout;
mod list;
mod map;
mod newtype;
mod one_of;
mod recursive;

use std::fmt::{Debug, Write as _};

use amqp_types::{Decode, Encode};

/// Parses octets in hexadecimal, with optional spaces. They are leaked, so that values can borrow from
/// them.
fn octets(hex: &str) -> &'static [u8] {
    let digits: String = hex.split_whitespace().collect();
    let octet = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    Vec::leak((0..digits.len()).step_by(2).map(octet).collect())
}

fn hex(octets: &[u8]) -> String {
    let mut hex = String::new();
    for octet in octets {
        write!(hex, "{octet:02x}").unwrap();
    }
    hex
}

/// Checks that the value is encoded as these octets, and decoded from them.
#[track_caller]
fn both<T: Encode + Decode<'static> + PartialEq + Debug>(value: T, due: &str) {
    writes(&value, due);
    reads(due, value);
}

#[track_caller]
fn writes<T: Encode>(value: &T, due: &str) {
    let written = value.to_bytes().unwrap();
    assert_eq!(hex(&written), hex(octets(due)));
    let mut room = vec![0; written.len()];
    let fixed = value.encode_to_slice(&mut room).expect("the same length");
    assert_eq!(fixed, &written[..]);
}

#[track_caller]
fn reads<T: Decode<'static> + PartialEq + Debug>(from: &str, due: T) {
    assert_eq!(T::from_bytes(octets(from)), Ok(due));
}

#[track_caller]
fn refuses<T: Decode<'static> + Debug>(from: &str, sentence: &str) {
    let error = T::from_bytes(octets(from)).expect_err("octets that are wrong");
    assert_eq!(error.to_string(), sentence);
}

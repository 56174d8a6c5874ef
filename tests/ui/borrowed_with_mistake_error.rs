//! Another mistake in an item with `borrowed` is the only one that is reported, because the borrowed form
//! is generated nevertheless.

use amqp_types::{Composite, Decode, Owned};

#[derive(Composite)]
#[amqp(borrowed = ReadingRef, nam = "com.example:reading:list")]
struct Reading {
    sensor: String,
}

fn read(octets: &[u8]) -> Reading {
    Reading::from_ref(ReadingRef::from_bytes(octets).unwrap())
}

fn main() {
    read(b"");
}

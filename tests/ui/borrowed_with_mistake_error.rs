//! A mistake beside `borrowed` is the only one that is told of: the borrowed form is there all the
//! same.

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

//! Your own type can have the name of a type of the standard library.

use amqp_types::{Composite, Decode, Encode, Restricted};

#[derive(Restricted, Debug, PartialEq)]
struct Duration(u32);

#[derive(Composite, Debug, PartialEq)]
#[amqp(code = 0x10)]
struct Reading<Instant> {
    every: self::Duration,
    taken: Instant,
}

fn main() {
    let reading = Reading { every: Duration(5), taken: 7_u8 };
    let octets = reading.to_bytes().unwrap();
    assert_eq!(Reading::from_bytes(&octets), Ok(reading));
}

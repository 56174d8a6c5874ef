//! A described type of your own, decoded without a copy, and the error if it cannot be decoded.
//!
//! ```sh
//! cargo run --package amqp-derive --example reading
//! ```

use amqp_types::{AnyInt, Composite, Decode, Encode, Multiple, Symbol, Timestamp};

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001, borrowed = ReadingRef)]
struct Reading {
    sensor: String,
    value: f64,
    taken: Option<Timestamp>,
    /// Devices send it as an integer of any width.
    battery: AnyInt<u8>,
    tags: Multiple<Symbol>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let reading = Reading {
        sensor: "kiln 3".into(),
        value: 1180.5,
        taken: Some(Timestamp::now()),
        battery: AnyInt(97),
        tags: Symbol::from_static("indoor").into(),
    };
    let octets = reading.to_bytes()?;
    let borrowed = ReadingRef::from_bytes(&octets)?;
    println!("{} octets: {borrowed:?}", octets.len());
    assert_eq!(borrowed.into_owned(), reading);

    if let Err(error) = Reading::from_bytes(octets.get(..20).unwrap_or_default()) {
        println!("without its end: {error}");
    }
    Ok(())
}

use amqp_types::{Array, Composite, Decode, Described, Encode, List, EncodeError};

#[derive(Clone, Composite)]
#[amqp(nmae = "com.example:reading:list")]
struct Reading<'a, T> {
    value: T,
    text: &'a str,
}

#[derive(Composite)]
struct Readings<'a> {
    first: Reading<'a, u8>,
    more: List<Reading<'a, u16>>,
    same: Array<Reading<'a, u16>>,
}

fn main() -> Result<(), EncodeError> {
    let reading = Reading {
        value: 1u8,
        text: "",
    };
    let octets = reading.to_bytes()?;
    let _ = Reading::<u8>::from_bytes(&octets);
    let _ = Reading::<u8>::DESCRIPTOR;
    let _ = Readings::from_bytes(&octets);
    Ok(())
}

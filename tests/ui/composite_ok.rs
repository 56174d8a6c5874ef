use amqp_types::{Composite, Decode, Encode, Map, Multiple, Symbol, Value};

#[derive(Composite, Debug, PartialEq)]
#[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
struct Reading<'a, T>
where
    T: Clone,
{
    sensor: &'a str,
    value: T,
    #[amqp(default = 1)]
    #[amqp(rename = "factor")]
    scale: u32,
    tags: Multiple<Symbol>,
    #[amqp(skip)]
    note: String,
}

#[derive(Composite)]
#[amqp(source = map, keys = symbol, strict)]
struct Settings {
    max_size: Option<u32>,
    properties: Option<Map<Symbol, Value>>,
}

fn main() {
    let reading = Reading {
        sensor: "a",
        value: 7u8,
        scale: 1,
        tags: Multiple::NONE,
        note: String::new(),
    };
    let octets = reading.to_bytes().unwrap();
    assert_eq!(Reading::from_bytes(&octets), Ok(reading));
    assert!(Settings::from_bytes(&[0xc1, 1, 0]).is_ok());
}

//! Null would be decoded as the default, but encoded for a value of the type.

use amqp_types::{Composite, Multiple, Value};

type Maybe = Option<u32>;

#[derive(Composite)]
struct Reading {
    #[amqp(default = Value::from(5u8))]
    value: Value,
    #[amqp(default = Multiple::one(7))]
    tags: Multiple<u32>,
    #[amqp(default = Some(1))]
    scale: Maybe,
    #[amqp(default = 1)]
    count: u32,
}

fn main() {}

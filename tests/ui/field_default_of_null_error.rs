//! Null would be read as the default, and written for what the type itself means by it.

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

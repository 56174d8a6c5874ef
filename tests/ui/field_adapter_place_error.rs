use std::time::Duration;

use amqp_types::messaging::{Message, Properties};
use amqp_types::{Bytes, Composite};

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Reading {
    #[amqp(skip, decode_with = seconds::decode)]
    every: Duration,
    #[amqp(encode_with)]
    taken: Duration,
}

#[derive(Message)]
struct Order {
    #[amqp(properties, decode_with = properties::decode)]
    properties: Properties,
    #[amqp(data, encode_with = octets::encode)]
    octets: Bytes,
    #[amqp(decode_with = octets::decode)]
    nothing: Bytes,
}

fn main() {}

//! `decode_with` must be the path of a function.
use amqp_types::{Bytes, Restricted};

#[derive(Restricted)]
#[amqp(decode_with = "at_most_32_octets")]
struct DeliveryTag(Bytes);

fn main() {}

use std::time::Duration;

use amqp_types::{Composite, Constructor, Failed, Reader, Writer};

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Reading {
    #[amqp(decode_with = decode, encode_with = encode)]
    every: Duration,
}

fn decode<'de>(_: Constructor<'de>, _: &mut Reader<'_, 'de>) -> Result<u64, Failed> {
    Ok(0)
}

fn encode(_: Duration, _: &mut Writer<'_>) {}

fn main() {}

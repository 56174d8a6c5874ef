use std::time::Duration;

use amqp_types::{Composite, Constructor, Failed, Reader};

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Reading {
    #[amqp(decode_with = decode)]
    every: Duration,
}

fn decode<'de>(_: Constructor<'de>, _: &mut Reader<'_, 'de>) -> Result<Duration, Failed> {
    Ok(Duration::ZERO)
}

fn main() {}

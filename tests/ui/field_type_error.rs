use amqp_types::Composite;

use std::time::Duration;

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Reading {
    value: u8,
    every: Option<Duration>,
}

fn main() {}

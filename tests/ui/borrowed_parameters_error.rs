//! A type with parameters cannot have a borrowed form, and may not need one.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = ReadingRef)]
struct Reading<'a> {
    sensor: &'a str,
}

fn main() {}

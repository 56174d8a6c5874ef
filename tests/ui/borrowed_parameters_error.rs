//! A type with parameters gets no borrowed form, and may need none.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = ReadingRef)]
struct Reading<'a> {
    sensor: &'a str,
}

fn main() {}

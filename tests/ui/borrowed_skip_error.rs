//! A field that is not on the wire is not in the borrowed form.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = ReadingRef)]
struct Reading {
    #[amqp(skip)]
    note: String,
}

fn main() {}

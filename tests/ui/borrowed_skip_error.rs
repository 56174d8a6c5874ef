//! What is not on the wire is not borrowed either.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = ReadingRef)]
struct Reading {
    #[amqp(skip)]
    note: String,
}

fn main() {}

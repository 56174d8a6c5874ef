//! `borrowed` names a type, and nothing else.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = "ReadingRef")]
struct Reading {
    sensor: String,
}

fn main() {}

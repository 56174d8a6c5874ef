//! `borrowed` must be the name of a type.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = "ReadingRef")]
struct Reading {
    sensor: String,
}

fn main() {}

//! `borrowed` names a type.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed)]
struct Reading {
    sensor: String,
}

fn main() {}

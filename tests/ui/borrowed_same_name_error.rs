//! The borrowed form is a different type.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = Reading)]
struct Reading {
    sensor: String,
}

fn main() {}

//! `borrowed` belongs on the type.

use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(borrowed = SensorRef)]
    sensor: String,
}

fn main() {}

//! A field may be absent if its type allows it.

use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(optional)]
    taken: u32,
}

fn main() {}

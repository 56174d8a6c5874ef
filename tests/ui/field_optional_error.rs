//! A field may be absent if its type says so.

use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(optional)]
    taken: u32,
}

fn main() {}

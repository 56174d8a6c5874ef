use amqp_types::Composite;

#[derive(Composite)]
#[amqp(endianness = big)]
struct Reading {
    value: u8,
}

fn main() {}

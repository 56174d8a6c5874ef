use amqp_types::Composite;

#[derive(Composite)]
#[amqp]
struct Reading {
    value: u8,
}

fn main() {}

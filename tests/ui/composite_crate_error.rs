use amqp_types::Composite;

#[derive(Composite)]
#[amqp(crate = "amqp_types")]
struct Reading {
    value: u8,
}

fn main() {}

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(prefix = b"AMQP")]
struct Reading {
    value: u8,
}

fn main() {}

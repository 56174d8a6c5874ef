use amqp_types::Composite;

#[derive(Composite)]
#[amqp(strict = true)]
struct Reading {
    value: u8,
}

fn main() {}

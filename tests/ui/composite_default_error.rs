use amqp_types::Composite;

#[derive(Composite)]
#[amqp(default)]
struct Reading {
    value: u8,
}

fn main() {}

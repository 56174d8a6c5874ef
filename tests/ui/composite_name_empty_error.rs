use amqp_types::Composite;

#[derive(Composite)]
#[amqp(name = "")]
struct Reading {
    value: u8,
}

fn main() {}

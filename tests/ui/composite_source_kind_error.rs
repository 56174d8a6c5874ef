use amqp_types::Composite;

#[derive(Composite)]
#[amqp(source = "map")]
struct Reading {
    value: u8,
}

fn main() {}

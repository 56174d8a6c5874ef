use amqp_types::Composite;

#[derive(Composite)]
#[amqp(source = map, keys = String)]
struct Reading {
    value: u8,
}

fn main() {}

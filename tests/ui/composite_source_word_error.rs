use amqp_types::Composite;

#[derive(Composite)]
#[amqp(source = lst)]
struct Reading {
    value: u8,
}

fn main() {}

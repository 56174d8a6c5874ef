use amqp_types::Composite;

#[derive(Composite)]
#[amqp(code = -1)]
struct Reading {
    value: u8,
}

fn main() {}

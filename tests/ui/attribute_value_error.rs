use amqp_types::Composite;

#[derive(Composite)]
#[amqp(name =, code = 0x10)]
struct Reading {
    value: u8,
}

fn main() {}

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(name = "com.example:reading:list", code)]
struct Reading {
    value: u8,
}

fn main() {}

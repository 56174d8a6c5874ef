use amqp_types::Composite;

#[derive(Composite)]
#[amqp("com.example:reading:list")]
struct Reading {
    value: u8,
}

fn main() {}

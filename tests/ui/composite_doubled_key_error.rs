use amqp_types::Composite;

#[derive(Composite)]
#[amqp(name = "com.example:reading:list", code = 0x10)]
#[amqp(name = "com.example:reading:list")]
struct Reading {
    value: u8,
}

fn main() {}

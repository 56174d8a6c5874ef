use amqp_types::Composite;

#[derive(Composite)]
#[amqp(name = "com.example:mesuré:list")]
struct Reading {
    value: u8,
}

fn main() {}

use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    value: u8,
    sensor: Option<&'static str>,
}

fn main() {}

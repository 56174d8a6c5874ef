use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    value: u8,
    #[amqp(rename = "value")]
    other: u8,
}

fn main() {}

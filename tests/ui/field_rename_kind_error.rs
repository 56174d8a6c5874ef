use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(rename = measured)]
    value: u8,
}

fn main() {}

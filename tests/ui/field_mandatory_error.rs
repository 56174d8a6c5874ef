use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(mandatory)]
    value: u8,
}

fn main() {}

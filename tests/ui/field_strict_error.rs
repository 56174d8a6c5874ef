use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(strict)]
    value: u8,
}

fn main() {}

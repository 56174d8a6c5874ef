use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(multiple)]
    value: u8,
}

fn main() {}

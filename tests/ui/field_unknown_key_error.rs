use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(optional)]
    value: u8,
}

fn main() {}

use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    value: u8,
    #[amqp(skip = true)]
    note: u8,
}

fn main() {}

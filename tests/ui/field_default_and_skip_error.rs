use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    value: u8,
    #[amqp(skip, default = 1)]
    note: u8,
}

fn main() {}

use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(opt)]
    value: u8,
}

fn main() {}

use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(default = 1, default = 2)]
    value: u8,
}

fn main() {}

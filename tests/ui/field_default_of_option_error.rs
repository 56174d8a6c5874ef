use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(default = Some(1))]
    value: Option<u8>,
}

fn main() {}

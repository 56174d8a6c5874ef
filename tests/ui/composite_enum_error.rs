use amqp_types::Composite;

#[derive(Composite)]
enum Reading {
    Temperature(u8),
}

fn main() {}

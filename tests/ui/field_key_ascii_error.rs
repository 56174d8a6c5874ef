use amqp_types::Composite;

#[derive(Composite)]
#[amqp(source = map)]
struct Reading {
    mesuré: u8,
}

fn main() {}

use amqp_types::Composite;

#[derive(Composite)]
union Reading {
    small: u8,
    large: u16,
}

fn main() {}

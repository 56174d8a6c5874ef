use amqp_types::Restricted;

#[derive(Restricted)]
union Number {
    small: u8,
    large: u16,
}

fn main() {}

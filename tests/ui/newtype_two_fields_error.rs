use amqp_types::Restricted;

#[derive(Restricted)]
struct Range(u8, u8);

fn main() {}

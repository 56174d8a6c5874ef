use amqp_types::Composite;

#[derive(Composite)]
struct Reading(u8, u8);

fn main() {}

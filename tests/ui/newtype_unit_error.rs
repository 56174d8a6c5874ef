use amqp_types::Restricted;

#[derive(Restricted)]
struct Milliseconds;

fn main() {}

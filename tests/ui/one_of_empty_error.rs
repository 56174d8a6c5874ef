use amqp_types::OneOf;

#[derive(OneOf)]
enum Outcome {}

fn main() {}

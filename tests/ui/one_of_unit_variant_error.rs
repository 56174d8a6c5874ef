use amqp_types::OneOf;

#[derive(OneOf)]
enum Outcome {
    Count(u8),
    Accepted,
}

fn main() {}

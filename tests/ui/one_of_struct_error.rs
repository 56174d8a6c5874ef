use amqp_types::OneOf;

#[derive(OneOf)]
struct Outcome {
    accepted: bool,
}

fn main() {}

use amqp_types::OneOf;

struct Count(u8);

#[derive(OneOf)]
enum Outcome {
    Flag(bool),
    Count(Count),
}

fn main() {}

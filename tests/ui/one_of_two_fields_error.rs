use amqp_types::OneOf;

#[derive(OneOf)]
enum Outcome {
    Count(u8),
    Range(u16, u16),
}

fn main() {}

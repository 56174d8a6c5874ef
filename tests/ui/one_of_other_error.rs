use amqp_types::OneOf;

#[derive(OneOf)]
enum Outcome {
    Count(u8),
    #[amqp(other)]
    Other(bool),
}

fn main() {}

use amqp_types::OneOf;

#[derive(OneOf)]
enum Outcome {
    #[amqp(boxed)]
    Count(u8),
}

fn main() {}

use amqp_types::OneOf;

#[derive(OneOf)]
#[amqp(crat = amqp_types)]
enum Outcome {
    Count(u8),
}

fn main() {}

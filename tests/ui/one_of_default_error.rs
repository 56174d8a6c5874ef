use amqp_types::OneOf;

#[derive(OneOf)]
#[amqp(default = Outcome::Count(1))]
enum Outcome {
    Count(u8),
}

fn main() {}

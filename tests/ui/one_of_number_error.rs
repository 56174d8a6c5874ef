use amqp_types::OneOf;

#[derive(OneOf)]
#[repr(u8)]
enum Outcome {
    Count(u8) = 1,
}

fn main() {}

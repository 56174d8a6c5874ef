use amqp_types::OneOf;

#[derive(OneOf)]
enum Outcome {
    #[amqp(code = 0x24)]
    Count(u8),
}

fn main() {}

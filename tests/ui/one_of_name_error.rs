use amqp_types::OneOf;

#[derive(OneOf)]
#[amqp(name = "com.example:outcome")]
enum Outcome {
    Count(u8),
}

fn main() {}

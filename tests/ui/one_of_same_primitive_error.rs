use amqp_types::OneOf;

#[derive(OneOf)]
enum MessageId<'a> {
    Ulong(u64),
    String(&'a str),
    Text(String),
}

fn main() {}

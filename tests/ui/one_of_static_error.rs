use amqp_types::OneOf;

#[derive(OneOf)]
enum MessageId {
    Ulong(u64),
    Binary(&'static [u8]),
}

fn main() {}

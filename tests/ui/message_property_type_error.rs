use amqp_types::messaging::Message;
use amqp_types::{ByteString, Value};

#[derive(Message)]
struct Order {
    #[amqp(property = message_id)]
    id: Option<u32>,
    #[amqp(property = subject)]
    subject: Value,
    #[amqp(property = reply_to)]
    reply_to: Option<ByteString>,
}

fn main() {}

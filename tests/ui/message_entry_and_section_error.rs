use amqp_types::messaging::{Message, MessageAnnotations};

#[derive(Message)]
struct Order {
    #[amqp(annotation = "x-opt-size")]
    size: u32,
    #[amqp(message_annotations)]
    annotations: MessageAnnotations,
}

fn main() {}

use amqp_types::messaging::{Message, Properties};

#[derive(Message)]
struct Order {
    #[amqp(properties)]
    properties: Properties,
    #[amqp(property = subject)]
    subject: String,
}

fn main() {}

use amqp_types::messaging::{Message, Properties};

#[derive(Message)]
struct Order {
    #[amqp(header)]
    header: Properties,
}

fn main() {}

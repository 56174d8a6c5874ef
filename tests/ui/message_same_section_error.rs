use amqp_types::messaging::{Header, Message};

#[derive(Message)]
struct Order {
    #[amqp(header)]
    header: Header,
    #[amqp(header)]
    more: Option<Header>,
}

fn main() {}

use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(body)]
    items: Vec<u8>,
}

fn main() {}

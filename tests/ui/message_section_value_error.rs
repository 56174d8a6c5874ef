use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(header = durable)]
    durable: bool,
}

fn main() {}

use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(body)]
    items: String,
    #[amqp(data)]
    octets: Vec<u8>,
}

fn main() {}

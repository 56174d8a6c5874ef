use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(data)]
    text: String,
}

fn main() {}

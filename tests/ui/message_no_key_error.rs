use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(property = message_id)]
    id: u64,
    colour: String,
}

fn main() {}

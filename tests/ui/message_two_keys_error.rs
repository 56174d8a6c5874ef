use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(property = message_id, application_property = "id")]
    id: u64,
}

fn main() {}

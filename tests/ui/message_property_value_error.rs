use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(property)]
    subject: String,
}

fn main() {}

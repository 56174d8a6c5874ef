use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(property = subjct)]
    subject: String,
}

fn main() {}

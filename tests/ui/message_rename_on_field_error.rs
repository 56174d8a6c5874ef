use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(property = subject, rename = "about")]
    subject: String,
}

fn main() {}

use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(property = subject)]
    subject: String,
    #[amqp(property = subject)]
    about: String,
}

fn main() {}

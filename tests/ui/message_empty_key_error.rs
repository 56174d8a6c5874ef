use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp()]
    colour: String,
}

fn main() {}

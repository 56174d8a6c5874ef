use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(color = "red")]
    colour: String,
}

fn main() {}

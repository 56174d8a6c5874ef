use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(aplication_property = "colour")]
    colour: String,
}

fn main() {}

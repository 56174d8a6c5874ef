use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(application_property = colour)]
    colour: String,
}

fn main() {}

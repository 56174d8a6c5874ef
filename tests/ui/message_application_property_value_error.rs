use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(application_property)]
    colour: String,
}

fn main() {}

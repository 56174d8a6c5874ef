use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(application_property = "colour")]
    colour: String,
    #[amqp(application_property = "colour")]
    color: String,
}

fn main() {}

use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(application_property = "colour")]
    colour: Option<&'static str>,
}

fn main() {}

use amqp_types::messaging::Message;

#[derive(Message)]
struct Order<'a> {
    #[amqp(application_property = "colour")]
    colour: Option<&'a str>,
}

fn main() {}

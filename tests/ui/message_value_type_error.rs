use amqp_types::Restricted;
use amqp_types::messaging::Message;

#[derive(Clone, Restricted)]
#[amqp(source = symbol)]
enum Colour {
    #[amqp(value = "red")]
    Red,
}

#[derive(Message)]
struct Order {
    #[amqp(application_property = "colour")]
    colour: Colour,
}

fn main() {}

use amqp_types::messaging::Message;
use amqp_types::{Map, Value};

#[derive(Clone, Message)]
struct Order {
    #[amqp(application_property = "sizes")]
    sizes: Map<Value, Value>,
}

fn main() {}

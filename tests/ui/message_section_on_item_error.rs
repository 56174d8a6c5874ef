use amqp_types::messaging::Message;

#[derive(Message)]
#[amqp(header)]
struct Order {}

fn main() {}

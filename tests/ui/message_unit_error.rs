use amqp_types::messaging::Message;

#[derive(Message)]
struct Order;

fn main() {}

use amqp_types::messaging::Message;

#[derive(Message)]
struct Order(String);

fn main() {}

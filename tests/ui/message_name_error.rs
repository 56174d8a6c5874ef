use amqp_types::messaging::Message;

#[derive(Message)]
#[amqp(name = "com.example:order:list")]
struct Order {}

fn main() {}

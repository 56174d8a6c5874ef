use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(annotation = "x-opt-größe")]
    size: u32,
}

fn main() {}

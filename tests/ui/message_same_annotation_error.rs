use amqp_types::messaging::Message;

#[derive(Message)]
struct Order {
    #[amqp(annotation = "x-opt-size")]
    size: u32,
    #[amqp(annotation = "x-opt-size")]
    length: u32,
}

fn main() {}

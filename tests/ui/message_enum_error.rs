use amqp_types::messaging::Message;

#[derive(Message)]
enum Order {
    Kettles(u32),
}

fn main() {}

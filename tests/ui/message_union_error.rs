use amqp_types::messaging::Message;

#[derive(Message)]
union Order {
    kettles: u32,
}

fn main() {}

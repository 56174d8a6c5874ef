use amqp_types::Layout;

#[derive(Layout)]
enum Header {
    Amqp,
    Sasl,
}

fn main() {}

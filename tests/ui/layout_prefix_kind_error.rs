use amqp_types::Layout;

#[derive(Layout)]
#[amqp(prefix = "AMQP")]
struct Header {
    id: u8,
}

fn main() {}

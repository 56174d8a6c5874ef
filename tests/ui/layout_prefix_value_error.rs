use amqp_types::Layout;

#[derive(Layout)]
#[amqp(prefix)]
struct Header {
    id: u8,
}

fn main() {}

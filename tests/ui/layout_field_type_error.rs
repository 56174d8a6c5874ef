use amqp_types::Layout;

#[derive(Layout)]
struct Header {
    id: u8,
    rest: Vec<u8>,
}

fn main() {}

use amqp_types::Layout;

#[derive(Layout)]
#[amqp(name = "com.example:header")]
struct Header {
    id: u8,
}

fn main() {}

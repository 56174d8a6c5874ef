use amqp_types::Layout;

#[derive(Layout)]
struct Header {
    #[amqp(default = 1)]
    id: u8,
}

fn main() {}

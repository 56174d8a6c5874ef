use amqp_types::Layout;

#[derive(Layout)]
struct Header;

fn main() {}

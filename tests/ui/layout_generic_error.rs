use amqp_types::Layout;

#[derive(Layout)]
struct Header<T> {
    size: u32,
    rest: T,
}

fn main() {}

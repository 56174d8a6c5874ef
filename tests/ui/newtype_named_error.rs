use amqp_types::Restricted;

#[derive(Restricted)]
struct Milliseconds {
    count: u32,
}

fn main() {}

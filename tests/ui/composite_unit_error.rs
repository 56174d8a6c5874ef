use amqp_types::Composite;

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Accepted;

fn main() {}

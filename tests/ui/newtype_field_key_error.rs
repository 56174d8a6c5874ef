use amqp_types::Restricted;

#[derive(Restricted)]
struct Milliseconds(#[amqp(default = 1)] u32);

fn main() {}

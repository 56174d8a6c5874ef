use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = uint)]
struct Milliseconds(u32);

fn main() {}

use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ushort)]
enum Port {}

fn main() {}

use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ushort)]
enum Port {
    Amqp = 5672,
    #[amqp(value = 0x1628)]
    Plain,
}

fn main() {}

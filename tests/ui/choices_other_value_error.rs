use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ushort)]
enum Port {
    #[amqp(value = 5672)]
    Amqp,
    #[amqp(other, value = 5671)]
    Other(u16),
}

fn main() {}

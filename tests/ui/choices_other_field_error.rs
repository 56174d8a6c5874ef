use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ushort)]
enum Port {
    #[amqp(value = 5672)]
    Amqp,
    #[amqp(other)]
    Other,
}

fn main() {}

use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ubyte)]
enum Role {
    #[amqp(value = 0)]
    Sender = 0,
    Receiver = 1,
}

fn main() {}

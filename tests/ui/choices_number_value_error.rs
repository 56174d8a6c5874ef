use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ubyte)]
enum Role {
    Sender = 0,
    Receiver,
}

fn main() {}

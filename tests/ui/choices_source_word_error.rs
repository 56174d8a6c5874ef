use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = u8)]
enum Role {
    Sender = 0,
    Receiver = 1,
}

fn main() {}

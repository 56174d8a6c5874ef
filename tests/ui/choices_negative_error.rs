use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = uint)]
enum Role {
    Sender = 0,
    Receiver = -1,
}

fn main() {}

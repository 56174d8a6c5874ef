use amqp_types::Restricted;

#[derive(Restricted)]
enum Role {
    Sender = 0,
    Receiver = 1,
}

fn main() {}

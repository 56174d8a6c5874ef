use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ubyte)]
enum Role {
    #[amqp(value = "sender")]
    Sender,
    #[amqp(value = 1)]
    Receiver,
}

fn main() {}

use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = boolean)]
enum Role {
    #[amqp(value = 0)]
    Sender,
    #[amqp(value = true)]
    Receiver,
}

fn main() {}

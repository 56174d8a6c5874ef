use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = boolean)]
enum Role {
    #[amqp(value = false)]
    Sender,
    #[amqp(other)]
    Other(bool),
}

fn main() {}

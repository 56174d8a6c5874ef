use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ubyte, value = 1)]
enum Role {
    Sender = 0,
}

fn main() {}

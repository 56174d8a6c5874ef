use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = symbol)]
enum Mechanism {
    Plain = 1,
}

fn main() {}

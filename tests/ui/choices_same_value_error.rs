use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = symbol)]
enum Mechanism {
    #[amqp(value = "PLAIN")]
    Plain,
    #[amqp(value = "PLAIN")]
    Clear,
}

fn main() {}

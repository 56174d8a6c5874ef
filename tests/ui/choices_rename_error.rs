use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = symbol)]
enum Mechanism {
    #[amqp(rename = "PLAIN", value = "PLAIN")]
    Plain,
}

fn main() {}

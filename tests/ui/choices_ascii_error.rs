use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = symbol)]
enum Unit {
    #[amqp(value = "°C")]
    Celsius,
}

fn main() {}

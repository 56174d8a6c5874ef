use amqp_types::Composite;

#[derive(Default, PartialEq)]
struct Clock;

#[derive(Composite)]
#[amqp(source = map)]
struct Settings {
    #[amqp(default)]
    clock: Clock,
    other: Clock,
}

fn main() {}

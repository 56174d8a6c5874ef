//! A field of a map, with a default and a type that is not an AMQP type.
use amqp_types::Composite;

#[derive(Composite)]
#[amqp(source = map)]
struct Settings {
    #[amqp(default = 3)]
    retries: usize,
}

fn main() {}

//! The type of a field of a map that has a default is no AMQP type.
use amqp_types::Composite;

#[derive(Composite)]
#[amqp(source = map)]
struct Settings {
    #[amqp(default = 3)]
    retries: usize,
}

fn main() {}

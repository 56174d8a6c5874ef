use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(default = "1")]
    value: u32,
}

fn main() {}

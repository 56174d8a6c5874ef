use amqp_types::Composite;

#[derive(Composite)]
struct Reading {
    #[amqp(defualt = 1)]
    value: u8,
}

fn main() {}

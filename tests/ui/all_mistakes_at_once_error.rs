use amqp_types::Composite;

#[derive(Composite)]
#[amqp(name = 1, code = "2", sorce = list, 3)]
struct Reading {
    #[amqp(defualt)]
    value: u8,
    #[amqp(skip, rename = "remark")]
    note: u8,
}

fn main() {}

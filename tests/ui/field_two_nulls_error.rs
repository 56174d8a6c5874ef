use amqp_types::{Composite, Multiple, OneOf};

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Reading {
    value: Option<Option<u8>>,
    tags: Option<Multiple<String>>,
}

#[derive(OneOf)]
enum Label {
    Name(Option<Option<String>>),
}

fn main() {}

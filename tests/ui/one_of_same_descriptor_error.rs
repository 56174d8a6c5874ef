use amqp_types::{Composite, OneOf};

#[derive(Composite)]
#[amqp(name = "com.example:begin:list", code = 0x11)]
struct Begin {
    channel: Option<u16>,
}

#[derive(Composite)]
#[amqp(name = "com.example:end:list", code = 0x11)]
struct End<'a> {
    reason: Option<&'a str>,
}

#[derive(OneOf)]
enum Performative<'a> {
    Begin(Begin),
    End(End<'a>),
}

fn main() {}

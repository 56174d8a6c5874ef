#![no_implicit_prelude]

mod core {}

#[derive(::amqp_types::Composite)]
#[amqp(nmae = "com.example:reading:list")]
struct Reading<'a, T> {
    value: T,
    text: &'a str,
}

#[derive(::amqp_types::Restricted)]
#[amqp(source = boolean)]
enum Role {
    #[amqp(value = false)]
    Sender,
    #[amqp(value = true)]
    Receiver,
}

#[derive(::amqp_types::OneOf)]
enum Either<'a> {
    Reading(Reading<'a, u8>),
    Role(Role),
}

fn main() {}

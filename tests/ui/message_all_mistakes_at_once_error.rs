use amqp_types::messaging::{Header, Message};

#[derive(Message)]
#[amqp(code = 7)]
struct Order<'a> {
    id: u64,
    #[amqp(property = messageid)]
    other: u64,
    #[amqp(header, skip)]
    header: Option<Header>,
    #[amqp(body)]
    body: &'a str,
    #[amqp(data, 3)]
    data: Vec<u8>,
}

fn main() {}

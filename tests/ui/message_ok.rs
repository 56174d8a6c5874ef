use amqp_types::messaging::{EncodeMessage, Footer, Header, Message, MessageRef};
use amqp_types::{Bytes, SymbolRef};

#[derive(Clone, Debug, Message, PartialEq)]
#[amqp(rename = "order")]
struct Order<T>
where
    T: Clone,
{
    #[amqp(header)]
    header: Option<Header>,
    #[amqp(footer)]
    footer: Footer,
    #[amqp(property = message_id)]
    id: u64,
    #[amqp(application_property = "colour")]
    colour: Option<String>,
    #[amqp(annotation = "x-opt-size")]
    size: T,
    #[amqp(data)]
    octets: Bytes,
    #[amqp(skip)]
    note: String,
}

#[derive(Debug, Message, PartialEq)]
struct Borrowed<'a, 'b> {
    #[amqp(property = content_type)]
    content_type: Option<SymbolRef<'a>>,
    #[amqp(application_property = "colour")]
    colour: &'b str,
    #[amqp(data)]
    octets: &'a [u8],
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let order = Order {
        header: None,
        footer: Footer::default(),
        id: 7,
        colour: Some("red".into()),
        size: 3u8,
        octets: Bytes::from_static(b"octets"),
        note: String::new(),
    };
    let octets = order.to_message_bytes()?;
    assert_eq!(MessageRef::from_bytes(&octets)?.decode::<Order<u8>>()?, order);
    let borrowed = Borrowed { content_type: None, colour: "red", octets: b"octets" };
    assert_eq!(MessageRef::from_bytes(&octets)?.decode::<Borrowed<'_, '_>>()?, borrowed);
    Ok(())
}

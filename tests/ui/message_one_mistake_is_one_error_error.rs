use amqp_types::messaging::{EncodeMessage, Message, MessageRef};

#[derive(Clone, Message)]
#[amqp(renamed = "order")]
struct Order<T> {
    #[amqp(property = message_id)]
    id: u64,
    #[amqp(body)]
    body: T,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let octets = Order { id: 7, body: 1u8 }.to_message_bytes()?;
    let order: Order<u8> = MessageRef::from_shared(&octets)?.decode()?;
    let _ = order.to_message_bytes()?;
    Ok(())
}

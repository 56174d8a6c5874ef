use amqp_types::DecodeError;
use amqp_types::messaging::Message;

#[derive(Clone, Message)]
#[amqp(renamed = "order")]
struct Order<T> {
    #[amqp(property = message_id)]
    id: u64,
    #[amqp(body)]
    body: T,
}

fn main() -> Result<(), DecodeError> {
    let order = Order { id: 7, body: 1u8 };
    let message = Message::from(&order);
    let order = Order::<u8>::try_from(&message)?;
    let _ = Order::<u8>::try_from(Message::from(order))?;
    Ok(())
}

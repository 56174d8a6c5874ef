use amqp_types::messaging::{EncodeMessage, MessageRef};

struct Order;

fn main() {
    let _ = EncodeMessage::to_message_bytes(&Order);
    let _ = MessageRef::from_bytes(b"").map(|message| message.decode::<Order>());
}

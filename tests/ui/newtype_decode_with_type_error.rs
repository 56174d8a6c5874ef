//! The function of `decode_with` must return the inner type.
use amqp_types::{Bytes, Constructor, Failed, Reader, Restricted};

#[derive(Restricted)]
#[amqp(decode_with = number)]
struct DeliveryTag(Bytes);

fn number<'de>(_: Constructor<'de>, _: &mut Reader<'_, 'de>) -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}

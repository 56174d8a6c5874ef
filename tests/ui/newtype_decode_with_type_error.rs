//! The function of `decode_with` must read the inner type.
use amqp_types::{Bytes, Constructor, Failed, Reader, Restricted};

#[derive(Restricted)]
#[amqp(decode_with = number)]
struct DeliveryTag(Bytes);

fn number<'a>(_: Constructor<'a>, _: &mut Reader<'a>) -> Result<u32, Failed> {
    Ok(1)
}

fn main() {}

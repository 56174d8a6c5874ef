use amqp_types::{Accepts, Array, Constructor, Decode, Encode, Failed, Reader, Writer};

struct Tick;

impl Encode for Tick {
    fn encode(&self, writer: &mut Writer<'_>) {
        1u8.encode(writer);
    }
}

impl<'de> Decode<'de> for Tick {
    const ACCEPTS: &'static Accepts = u8::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        u8::decode_value(constructor, reader).map(|_| Tick)
    }
}

fn main() {
    let _ = Array::from(vec![Tick]).to_bytes();
}

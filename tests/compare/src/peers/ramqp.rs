//! rAMQP's core: written into a cleared `BytesMut`, read from shared `Bytes`.

use bytes::{Bytes, BytesMut};
use ramqp_core::codec::{Decode, Encode, Value};
use ramqp_core::transport::frame::{FrameBody, decode_frame};
use ramqp_core::types::messaging::{Message, Timestamp};
use ramqp_core::types::performatives::{Attach, Disposition, Flow, Open, Performative, Transfer};

use crate::bench::Bench;
use crate::work;

const READING: u64 = 0x0000_1234_0000_0001;

ramqp_core::amqp_composite! {
    /// The same struct, declared with its macro.
    pub struct Reading : READING => {
        sensor: u32 = req("sensor"),
        serial: u64 = req("serial"),
        place: String = req("place"),
        valid: bool = req("valid"),
        offset: Option<i64> = opt(),
        value: f64 = req("value"),
        raw: Bytes = req("raw"),
        taken: Timestamp = req("taken"),
    }
}

fn typed<T: Encode + Decode + 'static>(bench: &mut Bench, row: &'static str, reference: &[u8]) {
    bench.add(
        row,
        "ramqp",
        reference,
        Bytes::copy_from_slice,
        |octets| {
            let mut octets = octets.clone();
            let value = T::decode(&mut octets).unwrap();
            assert!(octets.is_empty());
            value
        },
        BytesMut::new,
        |value: &T, octets| {
            octets.clear();
            value.encode(octets);
        },
        |octets: &mut BytesMut| octets.to_vec(),
    );
}

pub fn add(bench: &mut Bench, row: &'static str, reference: &[u8]) {
    match row {
        work::TRANSFER => typed::<Transfer>(bench, row, reference),
        work::DISPOSITION => typed::<Disposition>(bench, row, reference),
        work::FLOW => typed::<Flow>(bench, row, reference),
        work::OPEN => typed::<Open>(bench, row, reference),
        work::ATTACH => typed::<Attach>(bench, row, reference),
        work::MESSAGE_1K | work::MESSAGE_64K => typed::<Message>(bench, row, reference),
        work::STRUCT => typed::<Reading>(bench, row, reference),
        // It has no typed arrays.
        _ => typed::<Value>(bench, row, reference),
    }
}

pub fn frames(bench: &mut Bench, buffer: &[u8]) {
    bench.add_frames("ramqp", buffer, |octets| {
        let mut buffer = BytesMut::from(octets);
        let (mut count, mut ids, mut len) = (0, 0, 0);
        while let Some(frame) = decode_frame(&mut buffer, 65_536).unwrap() {
            let FrameBody::Amqp(Performative::Transfer(transfer), Some(payload)) = frame.body
            else {
                panic!("not a transfer")
            };
            count += 1;
            ids += u64::from(transfer.delivery_id.unwrap());
            len += payload.len() as u64;
        }
        (count, ids, len)
    });
}

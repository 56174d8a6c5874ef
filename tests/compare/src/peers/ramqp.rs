//! rAMQP's core: encoded into a cleared `BytesMut` or a fresh one, as its own `to_bytes` does, and decoded
//! from shared `Bytes`.

use std::marker::PhantomData;

use bytes::{Bytes, BytesMut};
use ramqp_core::codec::{self, Decode, Encode, Value};
use ramqp_core::transport::frame::{FrameBody, decode_frame};
use ramqp_core::types::messaging::{Message, Timestamp};
use ramqp_core::types::performatives::{Attach, Disposition, Flow, Open, Performative, Transfer};

use crate::bench::{Bench, Codec, Frames, TransferFields};
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

struct Typed<T>(PhantomData<T>);

impl<T: Encode + Decode + 'static> Codec for Typed<T> {
    const COLUMN: &'static str = "ramqp";
    type Input = Bytes;
    type Value = T;
    type Buffer = BytesMut;
    type Encoded = Bytes;

    fn input(octets: &[u8]) -> Bytes {
        Bytes::copy_from_slice(octets)
    }

    fn decode(input: &Bytes) -> T {
        let mut octets = input.clone();
        let value = T::decode(&mut octets).unwrap();
        assert!(octets.is_empty());
        value
    }

    fn buffer() -> BytesMut {
        BytesMut::new()
    }

    fn encode(value: &T, buffer: &mut BytesMut) {
        buffer.clear();
        value.encode(buffer);
    }

    fn octets(buffer: &BytesMut) -> Vec<u8> {
        buffer.to_vec()
    }

    fn encode_fresh(value: &T) -> BytesMut {
        codec::to_bytes(value)
    }

    fn to_bytes(value: &T) -> Bytes {
        codec::to_bytes(value).freeze()
    }
}

pub fn add(bench: &mut Bench, row: &'static str, references: &[Vec<u8>]) {
    let reference = &references[0];
    match row {
        work::TRANSFER => bench.add::<Typed<Transfer>>(row, reference),
        work::DISPOSITION => bench.add::<Typed<Disposition>>(row, reference),
        work::FLOW => bench.add::<Typed<Flow>>(row, reference),
        work::OPEN => bench.add::<Typed<Open>>(row, reference),
        work::ATTACH => bench.add::<Typed<Attach>>(row, reference),
        work::MESSAGE_1K | work::MESSAGE_64K => bench.add::<Typed<Message>>(row, reference),
        work::STRUCT => bench.add::<Typed<Reading>>(row, reference),
        work::FRAMES | work::VARIED_FRAMES => {
            bench.add_frames(row, "ramqp", reference, read_frames);
        }
        work::VARIED_TRANSFERS => bench.add_varied::<Typed<Transfer>>(row, references),
        work::VARIED_STRUCTS => bench.add_varied::<Typed<Reading>>(row, references),
        // ramqp-core has no typed arrays.
        _ => bench.add::<Typed<Value>>(row, reference),
    }
}

fn read_frames(octets: &[u8]) -> Frames {
    let mut buffer = BytesMut::from(octets);
    let mut frames = Frames::default();
    while let Some(frame) = decode_frame(&mut buffer, 65_536).unwrap() {
        let FrameBody::Amqp(Performative::Transfer(transfer), Some(payload)) = frame.body else {
            panic!("not a transfer")
        };
        let fields = TransferFields {
            handle: transfer.handle,
            delivery_id: transfer.delivery_id,
            delivery_tag: transfer.delivery_tag.as_deref(),
            message_format: transfer.message_format,
            settled: transfer.settled,
            more: transfer.more,
            rcv_settle_mode: transfer.rcv_settle_mode.map(|mode| mode as u8),
            resume: transfer.resume,
            aborted: transfer.aborted,
            batchable: transfer.batchable,
        };
        frames.add(&fields, &payload);
    }
    frames
}

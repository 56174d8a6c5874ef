//! serde_amqp with fe2o3-amqp-types: encoded into a cleared `Vec`, or by `to_vec` into a fresh one, and
//! decoded with `from_slice`. Its derive does not accept fields that borrow.

use std::marker::PhantomData;

use fe2o3_amqp::frames::amqp::{FrameBody, FrameDecoder};
use fe2o3_amqp_types::messaging::message::__private::{Deserializable, Serializable};
use fe2o3_amqp_types::messaging::{Data, Message};
use fe2o3_amqp_types::performatives::{Attach, Disposition, Flow, Open, Transfer};
use serde_amqp::macros::{DeserializeComposite, SerializeComposite};
use serde_amqp::primitives::{Array, Binary, Timestamp};
use serde_amqp::serde::{Serialize, de::DeserializeOwned};
use serde_amqp::{Value, from_slice, ser::Serializer, to_vec};
use tokio_util::codec::{Decoder, LengthDelimitedCodec};

use crate::bench::{Bench, Codec, Frames, TransferFields};
use crate::work;

/// The same struct, with its derive.
#[derive(Debug, SerializeComposite, DeserializeComposite)]
#[amqp_contract(
    name = "com.example:reading:list",
    code = "0x0000_1234:0x0000_0001",
    encoding = "list"
)]
struct Reading {
    sensor: u32,
    serial: u64,
    place: String,
    valid: bool,
    offset: Option<i64>,
    value: f64,
    raw: Binary,
    taken: Timestamp,
}

/// A value, or a message in the wrappers of its crate for encoding and decoding.
trait Serde: 'static {
    type Value;

    fn serialize(value: &Self::Value, buffer: &mut Vec<u8>);
    fn to_vec(value: &Self::Value) -> Vec<u8>;
    fn from_slice(octets: &[u8]) -> Self::Value;
}

struct Typed<T>(PhantomData<T>);

impl<T: Serialize + DeserializeOwned + 'static> Serde for Typed<T> {
    type Value = T;

    fn serialize(value: &T, buffer: &mut Vec<u8>) {
        value.serialize(&mut Serializer::new(buffer)).unwrap();
    }

    fn to_vec(value: &T) -> Vec<u8> {
        to_vec(value).unwrap()
    }

    fn from_slice(octets: &[u8]) -> T {
        from_slice(octets).unwrap()
    }
}

struct WholeMessage;

impl Serde for WholeMessage {
    type Value = Message<Data>;

    fn serialize(value: &Message<Data>, buffer: &mut Vec<u8>) {
        Serializable(value).serialize(&mut Serializer::new(buffer)).unwrap();
    }

    fn to_vec(value: &Message<Data>) -> Vec<u8> {
        to_vec(&Serializable(value)).unwrap()
    }

    fn from_slice(octets: &[u8]) -> Message<Data> {
        from_slice::<Deserializable<Message<Data>>>(octets).unwrap().0
    }
}

struct ByVec<T>(PhantomData<T>);

impl<T: Serde> Codec for ByVec<T> {
    const COLUMN: &'static str = "serde_amqp";
    type Input = Vec<u8>;
    type Value = T::Value;
    type Buffer = Vec<u8>;
    type Encoded = Vec<u8>;

    fn input(octets: &[u8]) -> Vec<u8> {
        octets.to_vec()
    }

    fn decode(input: &Vec<u8>) -> T::Value {
        T::from_slice(input)
    }

    fn buffer() -> Vec<u8> {
        Vec::new()
    }

    fn encode(value: &T::Value, buffer: &mut Vec<u8>) {
        buffer.clear();
        T::serialize(value, buffer);
    }

    fn octets(buffer: &Vec<u8>) -> Vec<u8> {
        buffer.clone()
    }

    fn encode_fresh(value: &T::Value) -> Vec<u8> {
        T::to_vec(value)
    }

    fn to_bytes(value: &T::Value) -> Vec<u8> {
        T::to_vec(value)
    }
}

pub fn add(bench: &mut Bench, row: &'static str, references: &[Vec<u8>]) {
    let reference = &references[0];
    match row {
        work::TRANSFER => bench.add::<ByVec<Typed<Transfer>>>(row, reference),
        work::DISPOSITION => bench.add::<ByVec<Typed<Disposition>>>(row, reference),
        work::FLOW => bench.add::<ByVec<Typed<Flow>>>(row, reference),
        work::OPEN => bench.add::<ByVec<Typed<Open>>>(row, reference),
        work::ATTACH => bench.add::<ByVec<Typed<Attach>>>(row, reference),
        work::ARRAY => bench.add::<ByVec<Typed<Array<u32>>>>(row, reference),
        work::STRUCT => bench.add::<ByVec<Typed<Reading>>>(row, reference),
        work::MESSAGE_1K | work::MESSAGE_64K => bench.add::<ByVec<WholeMessage>>(row, reference),
        work::FRAMES | work::VARIED_FRAMES => {
            bench.add_frames(row, "serde_amqp", reference, read_frames);
        }
        work::VARIED_TRANSFERS => bench.add_varied::<ByVec<Typed<Transfer>>>(row, references),
        work::VARIED_STRUCTS => bench.add_varied::<ByVec<Typed<Reading>>>(row, references),
        _ => bench.add::<ByVec<Typed<Value>>>(row, reference),
    }
}

fn read_frames(octets: &[u8]) -> Frames {
    let mut buffer = bytes::BytesMut::from(octets);
    // Frames are split as in its transport.
    let mut cut = LengthDelimitedCodec::builder()
        .big_endian()
        .length_field_length(4)
        .max_frame_length(65_536)
        .length_adjustment(-4)
        .new_codec();
    let mut decoder = FrameDecoder {};
    let mut frames = Frames::default();
    while let Some(mut frame) = cut.decode(&mut buffer).unwrap() {
        let FrameBody::Transfer { performative: transfer, payload } =
            decoder.decode(&mut frame).unwrap().unwrap().body
        else {
            panic!("not a transfer")
        };
        let fields = TransferFields {
            handle: transfer.handle.0,
            delivery_id: transfer.delivery_id,
            delivery_tag: transfer.delivery_tag.as_ref().map(|tag| tag.as_ref()),
            message_format: transfer.message_format,
            settled: transfer.settled,
            more: transfer.more,
            rcv_settle_mode: transfer.rcv_settle_mode.map(u8::from),
            resume: transfer.resume,
            aborted: transfer.aborted,
            batchable: transfer.batchable,
        };
        frames.add(&fields, &payload);
    }
    frames
}

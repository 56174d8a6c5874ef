//! This repository's types: encoded into a vector, decoded from shared octets.

use std::marker::PhantomData;

use amqp_net::proto::{FrameBody, FrameSplitter, FrameWriter};
use amqp_types::messaging::{Body, EncodedMessage, Message};
use amqp_types::transport::{Attach, Disposition, Flow, Open, Performative, Transfer};
use amqp_types::{Array, Bytes, Decode, Encode, Decoder, Value};

use super::OURS;
use crate::bench::{Bench, Codec, Frames, TransferFields};
use crate::work;

struct Typed<T>(PhantomData<T>);

impl<T: Encode + for<'a> Decode<'a> + 'static> Codec for Typed<T> {
    const COLUMN: &'static str = OURS;
    type Input = Bytes;
    type Value = T;
    type Buffer = Vec<u8>;
    type Encoded = Bytes;

    fn input(octets: &[u8]) -> Bytes {
        Bytes::copy_from_slice(octets)
    }

    fn decode(input: &Bytes) -> T {
        T::from_shared(input).unwrap()
    }

    fn buffer() -> Vec<u8> {
        Vec::new()
    }

    fn encode(value: &T, buffer: &mut Vec<u8>) {
        buffer.clear();
        value.encode_to(buffer).unwrap();
    }

    fn octets(buffer: &Vec<u8>) -> Vec<u8> {
        buffer.clone()
    }

    fn to_bytes(value: &T) -> Bytes {
        value.to_bytes().unwrap()
    }
}

/// Decodes all sections, including the body.
struct WholeMessage;

impl Codec for WholeMessage {
    const COLUMN: &'static str = OURS;
    type Input = Bytes;
    type Value = Message;
    type Buffer = Vec<u8>;
    type Encoded = Bytes;

    fn input(octets: &[u8]) -> Bytes {
        Bytes::copy_from_slice(octets)
    }

    fn decode(input: &Bytes) -> Message {
        let encoded = EncodedMessage::new(input.clone()).unwrap();
        let mut message = encoded.to_message().unwrap();
        message.body = Body::Data(message.body.to_data().unwrap());
        message
    }

    fn buffer() -> Vec<u8> {
        Vec::new()
    }

    fn encode(value: &Message, buffer: &mut Vec<u8>) {
        buffer.clear();
        value.encode_to(buffer).unwrap();
    }

    fn octets(buffer: &Vec<u8>) -> Vec<u8> {
        buffer.clone()
    }

    fn to_bytes(value: &Message) -> Bytes {
        value.to_bytes().unwrap()
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
        work::ARRAY => bench.add::<Typed<Array<u32>>>(row, reference),
        work::STRUCT => bench.add::<Typed<work::Reading>>(row, reference),
        work::MESSAGE_1K | work::MESSAGE_64K => {
            let len = if row == work::MESSAGE_1K { 1024 } else { 65_536 };
            let decoded = WholeMessage::decode(&Bytes::copy_from_slice(reference));
            assert_eq!(decoded, work::message(len));
            bench.add::<WholeMessage>(row, reference);
        }
        work::FRAMES | work::VARIED_FRAMES => bench.add_frames(row, OURS, reference, read_frames),
        work::VARIED_TRANSFERS => bench.add_varied::<Typed<Transfer>>(row, references),
        work::VARIED_STRUCTS => bench.add_varied::<Typed<work::Reading>>(row, references),
        _ => bench.add::<Typed<Value>>(row, reference),
    }
}

fn read_frames(buffer: &[u8]) -> Frames {
    let mut splitter = FrameSplitter::new(65_536);
    splitter.handle_input(buffer);
    let mut frames = Frames::default();
    while let Some(frame) = splitter.poll_frame().unwrap() {
        let FrameBody::Amqp { performative: Performative::Transfer(transfer), payload, .. } =
            frame.decode().unwrap()
        else {
            panic!("not a transfer")
        };
        let fields = TransferFields {
            handle: transfer.handle.0,
            delivery_id: transfer.delivery_id.map(|id| id.0),
            delivery_tag: transfer.delivery_tag.as_deref(),
            message_format: transfer.message_format.map(|format| format.0),
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

/// The frames that all columns read.
pub fn write_frames(transfers: &[&Transfer], payload: &[u8]) -> Vec<u8> {
    let mut frames = FrameWriter::new(65_536);
    for transfer in transfers {
        frames.amqp(1, *transfer, payload).unwrap();
    }
    frames.split().into()
}

/// Returns all values in these octets, for the check.
pub fn values(octets: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut rest = octets;
    while !rest.is_empty() {
        let (value, len): (Value, usize) = Decoder::new(rest).decode_prefix().unwrap();
        values.push(value);
        rest = &rest[len..];
    }
    values
}

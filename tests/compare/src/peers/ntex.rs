//! ntex's codec: written into its `BytePages`, which it makes into its `Bytes`, and read from
//! those.
//!
//! A dropped `BytePages` gives its pages back to ntex's own pool, and a fresh one takes them from
//! there. A body over 4 KiB is linked into the pages, not copied.

use std::marker::PhantomData;

use ntex_amqp_codec::protocol::{Attach, Disposition, Flow, Frame, Open, Transfer, TransferBody};
use ntex_amqp_codec::types::Variant;
use ntex_amqp_codec::{AmqpCodec, AmqpFrame, Decode, Encode, Message};
use ntex_bytes::{BytePages, Bytes, BytesMut};
use ntex_codec::Decoder;

use crate::bench::{Bench, Codec, Frames, TransferFields};
use crate::work;

struct Typed<T>(PhantomData<T>);

impl<T: Encode + Decode + 'static> Codec for Typed<T> {
    const COLUMN: &'static str = "ntex";
    type Input = Bytes;
    type Value = T;
    type Buffer = BytePages;
    type Encoded = Bytes;

    fn input(octets: &[u8]) -> Bytes {
        Bytes::copy_from_slice(octets)
    }

    fn decode(input: &Bytes) -> T {
        T::decode(&mut input.clone()).unwrap()
    }

    fn buffer() -> BytePages {
        BytePages::default()
    }

    fn encode(value: &T, buffer: &mut BytePages) {
        buffer.clear();
        value.encode(buffer);
    }

    fn octets(buffer: &BytePages) -> Vec<u8> {
        buffer.iter().flatten().copied().collect()
    }

    fn to_bytes(value: &T) -> Bytes {
        Self::encode_fresh(value).freeze()
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
        work::ARRAY => bench.add::<Typed<Vec<u32>>>(row, reference),
        work::FRAMES | work::VARIED_FRAMES => {
            bench.add_frames(row, "ntex", reference, read_frames);
        }
        work::VARIED_TRANSFERS => bench.add_varied::<Typed<Transfer>>(row, references),
        // ntex-amqp-codec has no derive.
        work::STRUCT | work::VARIED_STRUCTS => {}
        _ => bench.add::<Typed<Variant>>(row, reference),
    }
}

fn read_frames(octets: &[u8]) -> Frames {
    let mut buffer = BytesMut::from(octets);
    let codec = AmqpCodec::<AmqpFrame>::new().max_size(65_536);
    let mut frames = Frames::default();
    while let Some(frame) = codec.decode(&mut buffer).unwrap() {
        let (_, Frame::Transfer(transfer)) = frame.into_parts() else { panic!("not a transfer") };
        let Some(TransferBody::Data(payload)) = transfer.body() else { panic!("no payload") };
        let fields = TransferFields {
            handle: transfer.handle(),
            delivery_id: transfer.delivery_id(),
            delivery_tag: transfer.delivery_tag().map(|tag| &tag[..]),
            message_format: transfer.message_format(),
            settled: transfer.settled(),
            more: transfer.more(),
            rcv_settle_mode: transfer.rcv_settle_mode().map(|mode| mode as u8),
            resume: transfer.resume(),
            aborted: transfer.aborted(),
            batchable: transfer.batchable(),
        };
        frames.add(&fields, payload);
    }
    frames
}

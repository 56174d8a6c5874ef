//! ntex's codec: written into its `BytePages`, read from its shared `Bytes`.
//!
//! A body over 4 KiB is linked into the pages, not copied.

use ntex_amqp_codec::protocol::{Attach, Disposition, Flow, Frame, Open, Transfer, TransferBody};
use ntex_amqp_codec::types::Variant;
use ntex_amqp_codec::{AmqpCodec, AmqpFrame, Decode, Encode, Message};
use ntex_bytes::{BytePages, Bytes, BytesMut};
use ntex_codec::Decoder;

use crate::bench::Bench;
use crate::work;

fn typed<T: Encode + Decode + 'static>(bench: &mut Bench, row: &'static str, reference: &[u8]) {
    bench.add(
        row,
        "ntex",
        reference,
        Bytes::copy_from_slice,
        |octets| T::decode(&mut octets.clone()).unwrap(),
        BytePages::default,
        |value: &T, octets| {
            octets.clear();
            value.encode(octets);
        },
        |octets: &mut BytePages| octets.iter().flatten().copied().collect(),
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
        work::ARRAY => typed::<Vec<u32>>(bench, row, reference),
        // It has no derive.
        work::STRUCT => {}
        _ => typed::<Variant>(bench, row, reference),
    }
}

pub fn frames(bench: &mut Bench, buffer: &[u8]) {
    bench.add_frames("ntex", buffer, |octets| {
        let mut buffer = BytesMut::from(octets);
        let codec = AmqpCodec::<AmqpFrame>::new().max_size(65_536);
        let (mut count, mut ids, mut len) = (0, 0, 0);
        while let Some(frame) = codec.decode(&mut buffer).unwrap() {
            let (_, Frame::Transfer(transfer)) = frame.into_parts() else {
                panic!("not a transfer")
            };
            let Some(TransferBody::Data(payload)) = transfer.body() else { panic!("no payload") };
            count += 1;
            ids += u64::from(transfer.delivery_id().unwrap());
            len += payload.len() as u64;
        }
        (count, ids, len)
    });
}

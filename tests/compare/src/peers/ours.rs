//! This repository's types: written into a vector that is used again, read from shared octets.

use amqp_net::proto::{FrameBody, FrameSplitter};
use amqp_types::messaging::{Body, EncodedMessage, Message};
use amqp_types::transport::{Attach, Disposition, Flow, Open, Performative, Transfer};
use amqp_types::{Array, Bytes, Decode, Encode, Value};

use super::OURS;
use crate::bench::Bench;
use crate::work;

fn typed<T: Encode + for<'a> Decode<'a> + 'static>(
    bench: &mut Bench,
    row: &'static str,
    reference: &[u8],
) {
    bench.add(
        row,
        OURS,
        reference,
        Bytes::copy_from_slice,
        |octets| T::from_shared(octets).unwrap(),
        Vec::new,
        |value: &T, octets| {
            octets.clear();
            value.encode_to(octets).unwrap();
        },
        |octets: &mut Vec<u8>| octets.clone(),
    );
}

/// All sections decoded, the body too.
fn message(octets: &Bytes) -> Message {
    let encoded = EncodedMessage::new(octets.clone()).unwrap();
    let mut message = encoded.to_message().unwrap();
    message.body = Body::Data(message.body.to_data().unwrap());
    message
}

pub fn add(bench: &mut Bench, row: &'static str, reference: &[u8]) {
    match row {
        work::TRANSFER => typed::<Transfer>(bench, row, reference),
        work::DISPOSITION => typed::<Disposition>(bench, row, reference),
        work::FLOW => typed::<Flow>(bench, row, reference),
        work::OPEN => typed::<Open>(bench, row, reference),
        work::ATTACH => typed::<Attach>(bench, row, reference),
        work::ARRAY => typed::<Array<u32>>(bench, row, reference),
        work::STRUCT => typed::<work::Reading>(bench, row, reference),
        work::MESSAGE_1K | work::MESSAGE_64K => {
            let len = if row == work::MESSAGE_1K { 1024 } else { 65_536 };
            assert_eq!(message(&Bytes::copy_from_slice(reference)), work::message(len));
            bench.add(
                row,
                OURS,
                reference,
                Bytes::copy_from_slice,
                message,
                Vec::new,
                |value: &Message, octets| {
                    octets.clear();
                    value.encode_to(octets).unwrap();
                },
                |octets: &mut Vec<u8>| octets.clone(),
            );
        }
        _ => typed::<Value>(bench, row, reference),
    }
}

pub fn frames(bench: &mut Bench, buffer: &[u8]) {
    bench.add_frames(OURS, buffer, |octets| {
        let mut splitter = FrameSplitter::new(65_536);
        splitter.handle_input(octets);
        let (mut count, mut ids, mut len) = (0, 0, 0);
        while let Some(frame) = splitter.poll_frame().unwrap() {
            let FrameBody::Amqp { performative: Performative::Transfer(transfer), payload, .. } =
                frame.decode().unwrap()
            else {
                panic!("not a transfer")
            };
            count += 1;
            ids += u64::from(transfer.delivery_id.unwrap().0);
            len += payload.len() as u64;
        }
        (count, ids, len)
    });
}

//! serde_amqp with fe2o3-amqp-types: written into a cleared `Vec`, read with `from_slice`.

use fe2o3_amqp::frames::amqp::{FrameBody, FrameDecoder};
use fe2o3_amqp_types::messaging::message::__private::{Deserializable, Serializable};
use fe2o3_amqp_types::messaging::{Data, Message};
use fe2o3_amqp_types::performatives::{Attach, Disposition, Flow, Open, Transfer};
use serde_amqp::macros::{DeserializeComposite, SerializeComposite};
use serde_amqp::primitives::{Array, Binary, Timestamp};
use serde_amqp::serde::{Serialize, de::DeserializeOwned};
use serde_amqp::{Value, from_slice, ser::Serializer};
use tokio_util::codec::{Decoder, LengthDelimitedCodec};

use crate::bench::Bench;
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

fn typed<T: Serialize + DeserializeOwned + 'static>(
    bench: &mut Bench,
    row: &'static str,
    reference: &[u8],
) {
    bench.add(
        row,
        "serde_amqp",
        reference,
        <[u8]>::to_vec,
        |octets| from_slice::<T>(octets).unwrap(),
        Vec::new,
        |value: &T, octets| {
            octets.clear();
            value.serialize(&mut Serializer::new(octets)).unwrap();
        },
        |octets: &mut Vec<u8>| octets.clone(),
    );
}

pub fn add(bench: &mut Bench, row: &'static str, reference: &[u8]) {
    match row {
        work::TRANSFER => typed::<Transfer>(bench, row, reference),
        work::DISPOSITION => typed::<Disposition>(bench, row, reference),
        work::FLOW => typed::<Flow>(bench, row, reference),
        work::OPEN => typed::<Open>(bench, row, reference),
        work::ATTACH => typed::<Attach>(bench, row, reference),
        work::ARRAY => typed::<Array<u32>>(bench, row, reference),
        work::STRUCT => typed::<Reading>(bench, row, reference),
        work::MESSAGE_1K | work::MESSAGE_64K => bench.add(
            row,
            "serde_amqp",
            reference,
            <[u8]>::to_vec,
            |octets| from_slice::<Deserializable<Message<Data>>>(octets).unwrap().0,
            Vec::new,
            |value: &Message<Data>, octets| {
                octets.clear();
                Serializable(value).serialize(&mut Serializer::new(octets)).unwrap();
            },
            |octets: &mut Vec<u8>| octets.clone(),
        ),
        _ => typed::<Value>(bench, row, reference),
    }
}

pub fn frames(bench: &mut Bench, buffer: &[u8]) {
    bench.add_frames("serde_amqp", buffer, |octets| {
        let mut buffer = bytes::BytesMut::from(octets);
        // As its transport cuts frames.
        let mut cut = LengthDelimitedCodec::builder()
            .big_endian()
            .length_field_length(4)
            .max_frame_length(65_536)
            .length_adjustment(-4)
            .new_codec();
        let mut decoder = FrameDecoder {};
        let (mut count, mut ids, mut len) = (0, 0, 0);
        while let Some(mut frame) = cut.decode(&mut buffer).unwrap() {
            let FrameBody::Transfer { performative, payload } =
                decoder.decode(&mut frame).unwrap().unwrap().body
            else {
                panic!("not a transfer")
            };
            count += 1;
            ids += u64::from(performative.delivery_id.unwrap());
            len += payload.len() as u64;
        }
        (count, ids, len)
    });
}

//! The borrowed forms of this repository's types: read without an allocation, and all that is in
//! them read once more, so that it is as much work as to build a tree.

use std::hint::black_box;

use amqp_net::proto::{FrameBody, FrameSplitter};
use amqp_types::messaging::MessageRef;
use amqp_types::transport::{Attach, Disposition, Flow, Open, PerformativeRef, Transfer};
use amqp_types::{Array, Decode, Encode, Owned, Value, ValueRef};

use super::BORROWED;
use crate::bench::Bench;
use crate::work;

/// A type of the standard: what its fields are is known once it is decoded.
fn typed<T: Owned>(bench: &mut Bench, row: &'static str, reference: &[u8])
where
    for<'a> T::Borrowed<'a>: Encode,
{
    bench.add_borrowed(
        row,
        BORROWED,
        reference,
        |octets| {
            black_box(&T::Borrowed::from_bytes(octets).unwrap());
        },
        |octets| T::Borrowed::from_bytes(octets).unwrap().to_bytes().unwrap().to_vec(),
    );
}

/// Something of each value, those within it included.
#[inline(always)]
fn visit(value: ValueRef<'_>) -> u64 {
    match value {
        ValueRef::Boolean(value) => u64::from(value),
        ValueRef::Uint(value) => u64::from(value),
        ValueRef::Ulong(value) => value,
        ValueRef::Int(value) => u64::from(value.cast_unsigned()),
        ValueRef::Long(value) => value.cast_unsigned(),
        ValueRef::Double(value) => value.to_bits(),
        ValueRef::Timestamp(value) => value.0.cast_unsigned(),
        ValueRef::Uuid(value) => u64::from(value.0[0]),
        ValueRef::Binary(octets) => octets.len() as u64,
        ValueRef::String(text) => text.len() as u64,
        ValueRef::Symbol(symbol) => symbol.as_str().len() as u64,
        other => visit_within(other),
    }
}

#[inline(never)]
fn visit_within(value: ValueRef<'_>) -> u64 {
    match value {
        ValueRef::List(items) => sum(items.iter().map(visit)),
        ValueRef::Map(entries) => {
            sum(entries.iter().map(|(key, value)| visit(key).wrapping_add(visit(value))))
        }
        ValueRef::Array(array) => sum(array.iter().map(visit)),
        ValueRef::Described(described) => {
            visit(described.descriptor()).wrapping_add(visit(described.value()))
        }
        _ => 1,
    }
}

fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::wrapping_add)
}

/// All sections, each entry of the maps, and the body.
fn message(octets: &[u8]) -> u64 {
    let message = black_box(MessageRef::from_bytes(octets).unwrap());
    let annotations = message.message_annotations.unwrap();
    let application = message.application_properties.unwrap();
    let body = message.body.data().unwrap();
    let annotations = sum(annotations.iter().map(|(_, value)| visit(value)));
    let application = sum(application.iter().map(|(key, value)| visit(*value) ^ key.len() as u64));
    annotations ^ application ^ sum(body.map(|part| part.unwrap().len() as u64))
}

pub fn frames(bench: &mut Bench, buffer: &[u8]) {
    bench.add_frames(BORROWED, buffer, |octets| {
        let mut splitter = FrameSplitter::new(65_536);
        let mut input = octets;
        let (mut count, mut ids, mut len) = (0, 0, 0);
        while let Some(frame) = splitter.next_frame(&mut input).unwrap() {
            let body = frame.decode().unwrap();
            let FrameBody::Amqp { performative, payload, .. } = body else {
                panic!("not an AMQP frame")
            };
            let PerformativeRef::Transfer(transfer) = performative else {
                panic!("not a transfer")
            };
            count += 1;
            ids += u64::from(transfer.delivery_id.unwrap().0);
            len += payload.len() as u64;
        }
        (count, ids, len)
    });
}

pub fn add(bench: &mut Bench, row: &'static str, reference: &[u8]) {
    match row {
        work::TRANSFER => typed::<Transfer>(bench, row, reference),
        work::DISPOSITION => typed::<Disposition>(bench, row, reference),
        work::FLOW => typed::<Flow>(bench, row, reference),
        work::OPEN => typed::<Open>(bench, row, reference),
        work::ATTACH => typed::<Attach>(bench, row, reference),
        work::STRUCT => typed::<work::Reading>(bench, row, reference),
        work::ARRAY => bench.add_borrowed(
            row,
            BORROWED,
            reference,
            |octets| {
                let array = <Array<u32> as Owned>::Borrowed::from_bytes(octets).unwrap();
                black_box(array.iter().fold(0, u32::wrapping_add));
            },
            |octets| Array::<u32>::from_bytes(octets).unwrap().to_bytes().unwrap().to_vec(),
        ),
        work::MESSAGE_1K | work::MESSAGE_64K => bench.add_borrowed(
            row,
            BORROWED,
            reference,
            |octets| {
                black_box(message(octets));
            },
            |octets| {
                let message = MessageRef::from_bytes(octets).unwrap().to_message();
                message.to_bytes().unwrap().to_vec()
            },
        ),
        _ => bench.add_borrowed(
            row,
            BORROWED,
            reference,
            |octets| {
                black_box(visit(ValueRef::from_bytes(octets).unwrap()));
            },
            |octets| {
                let value = Value::from_borrowed(ValueRef::from_bytes(octets).unwrap());
                value.to_bytes().unwrap().to_vec()
            },
        ),
    }
}

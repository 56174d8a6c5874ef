//! Hand-written code that encodes and decodes the derived struct, and accepts each encoding that the standard
//! allows.

use amqp_types::{ByteString, Bytes, Timestamp};

use crate::bench::{Bench, Codec};
use crate::work::{self, Reading};

struct ByHand;

impl Codec for ByHand {
    const COLUMN: &'static str = "by hand";
    type Input = Bytes;
    type Value = Reading;
    type Buffer = Vec<u8>;
    type Encoded = Bytes;

    fn input(octets: &[u8]) -> Bytes {
        Bytes::copy_from_slice(octets)
    }

    fn decode(input: &Bytes) -> Reading {
        decode(input).unwrap()
    }

    fn buffer() -> Vec<u8> {
        Vec::new()
    }

    fn encode(value: &Reading, buffer: &mut Vec<u8>) {
        buffer.clear();
        encode(value, buffer);
    }

    fn octets(buffer: &Vec<u8>) -> Vec<u8> {
        buffer.clone()
    }

    fn to_bytes(value: &Reading) -> Bytes {
        Self::encode_fresh(value).into()
    }
}

pub fn add(bench: &mut Bench, row: &'static str, references: &[Vec<u8>]) {
    match row {
        work::STRUCT => bench.add::<ByHand>(row, &references[0]),
        work::VARIED_STRUCTS => bench.add_varied::<ByHand>(row, references),
        _ => {}
    }
}

const HEAD: [u8; 10] = [0x00, 0x80, 0, 0, 0x12, 0x34, 0, 0, 0, 1];

fn encode(value: &Reading, to: &mut Vec<u8>) {
    // The maximum length of everything except the two contents, with list32.
    to.reserve(96 + value.place.len() + value.raw.len());
    to.extend_from_slice(&HEAD);
    let list = to.len();
    to.extend_from_slice(&[0xc0, 0, 8]);
    match value.sensor {
        0 => to.push(0x43),
        sensor => match u8::try_from(sensor) {
            Ok(small) => to.extend_from_slice(&[0x52, small]),
            Err(_) => {
                to.push(0x70);
                to.extend_from_slice(&sensor.to_be_bytes());
            }
        },
    }
    match value.serial {
        0 => to.push(0x44),
        serial => match u8::try_from(serial) {
            Ok(small) => to.extend_from_slice(&[0x53, small]),
            Err(_) => {
                to.push(0x80);
                to.extend_from_slice(&serial.to_be_bytes());
            }
        },
    }
    variable(0xa1, value.place.as_bytes(), to);
    to.push(if value.valid { 0x41 } else { 0x42 });
    match value.offset {
        None => to.push(0x40),
        Some(offset) => match i8::try_from(offset) {
            Ok(small) => to.extend_from_slice(&[0x55, small.cast_unsigned()]),
            Err(_) => {
                to.push(0x81);
                to.extend_from_slice(&offset.to_be_bytes());
            }
        },
    }
    to.push(0x82);
    to.extend_from_slice(&value.value.to_bits().to_be_bytes());
    variable(0xa0, &value.raw, to);
    to.push(0x83);
    to.extend_from_slice(&value.taken.0.to_be_bytes());
    // The size includes the count.
    let size = to.len() - list - 2;
    match u8::try_from(size) {
        Ok(size) => to[list + 1] = size,
        Err(_) => {
            let size = u32::try_from(size + 3).unwrap().to_be_bytes();
            let wide = [0xd0, size[0], size[1], size[2], size[3], 0, 0, 0, 8];
            to.splice(list..list + 3, wide);
        }
    }
}

fn variable(narrow: u8, content: &[u8], to: &mut Vec<u8>) {
    match u8::try_from(content.len()) {
        Ok(len) => to.extend_from_slice(&[narrow, len]),
        Err(_) => {
            to.push(narrow + 0x10);
            to.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
        }
    }
    to.extend_from_slice(content);
}

fn take<'a, const N: usize>(from: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(taken)
}

fn octet(from: &mut &[u8]) -> Option<u8> {
    take::<1>(from).map(|[octet]| *octet)
}

fn content<'a>(narrow: u8, from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let code = octet(from)?;
    let len = if code == narrow {
        usize::from(octet(from)?)
    } else if code == narrow + 0x10 {
        u32::from_be_bytes(*take(from)?) as usize
    } else {
        return None;
    };
    let (taken, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(taken)
}

fn decode(octets: &Bytes) -> Option<Reading> {
    let mut from: &[u8] = octets;
    let from = &mut from;
    if *take::<10>(from)? != HEAD {
        return None;
    }
    let (size, count) = match octet(from)? {
        0xc0 => {
            let [size, count] = *take(from)?;
            (usize::from(size).checked_sub(1)?, u32::from(count))
        }
        0xd0 => {
            let size = u32::from_be_bytes(*take(from)?) as usize;
            (size.checked_sub(4)?, u32::from_be_bytes(*take(from)?))
        }
        _ => return None,
    };
    if size != from.len() || count != 8 {
        return None;
    }
    let sensor = match octet(from)? {
        0x70 => u32::from_be_bytes(*take(from)?),
        0x52 => u32::from(octet(from)?),
        0x43 => 0,
        _ => return None,
    };
    let serial = match octet(from)? {
        0x80 => u64::from_be_bytes(*take(from)?),
        0x53 => u64::from(octet(from)?),
        0x44 => 0,
        _ => return None,
    };
    let place = content(0xa1, from)?;
    let place = ByteString::try_from(octets.slice_ref(place)).ok()?;
    let valid = match octet(from)? {
        0x41 => true,
        0x42 => false,
        0x56 => match octet(from)? {
            0 => false,
            1 => true,
            _ => return None,
        },
        _ => return None,
    };
    let offset = match octet(from)? {
        0x81 => Some(i64::from_be_bytes(*take(from)?)),
        0x55 => Some(i64::from(octet(from)?.cast_signed())),
        0x40 => None,
        _ => return None,
    };
    let value = match octet(from)? {
        0x82 => f64::from_bits(u64::from_be_bytes(*take(from)?)),
        _ => return None,
    };
    let raw = octets.slice_ref(content(0xa0, from)?);
    let taken = match octet(from)? {
        0x83 => Timestamp(i64::from_be_bytes(*take(from)?)),
        _ => return None,
    };
    if !from.is_empty() {
        return None;
    }
    Some(Reading { sensor, serial, place, valid, offset, value, raw, taken })
}

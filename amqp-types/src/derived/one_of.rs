//! Unions: which variant begins here.

pub use crate::codec::decode_rare;
use crate::format::{Format, Primitive};
use crate::reader::Reader;

/// The number of the descriptor that comes next, if it is one of one octet.
#[inline]
#[must_use]
pub const fn small_descriptor(reader: &Reader<'_>) -> Option<u8> {
    const SMALL: u8 = Format::SmallUlong.code();
    match reader.rest() {
        [0, SMALL, code, ..] => Some(*code),
        _ => None,
    }
}

/// The primitive type of the value that comes next, if it is not described.
#[inline]
#[must_use]
pub const fn next_primitive(reader: &Reader<'_>) -> Option<Primitive> {
    match reader.rest() {
        [code, ..] => match Format::from_code(*code) {
            Some(format) => Some(format.primitive()),
            None => None,
        },
        [] => None,
    }
}

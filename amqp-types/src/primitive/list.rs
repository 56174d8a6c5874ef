//! `list` (section 1.6.22): `0x45` is the empty one; `0xc0` with size and count of one octet each,
//! or `0xd0` with size and count of four; then the items, each a whole value.

use alloc::vec::{self, Vec};
use core::slice;

use super::sequence::sequence;
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::{Reader, push};
use crate::writer::{LIST, Writer};

/// A sequence of values of one Rust type (section 1.6.22). For items of different types, derive
/// `Composite` on a struct, or use [`Value`](crate::Value) for the items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct List<T>(pub Vec<T>);

impl<T: Encode> Encode for List<T> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        encode_list(self.0.iter(), writer);
    }
}

impl<T: Encode> ArrayItem for List<T> {
    const FORMATS: &'static [Format] = &[LIST.narrow, LIST.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        encode_list_value(self.0.iter(), format, writer)
    }
}

/// Writes items as a list.
#[inline]
pub(crate) fn encode_list(items: impl ExactSizeIterator<Item: Encode>, writer: &mut Writer<'_>) {
    let count = items.len();
    if count == 0 {
        return writer.format(Format::List0);
    }
    writer.compound(LIST, count, |writer| {
        items.for_each(|item| item.encode(writer));
        count
    });
}

/// Writes items as the data of a list that is an item of an array. Returns whether it fits the format.
#[inline]
pub(crate) fn encode_list_value(
    items: impl ExactSizeIterator<Item: Encode>,
    format: Format,
    writer: &mut Writer<'_>,
) -> bool {
    let count = items.len();
    writer.compound_value(LIST, format, |writer| {
        items.for_each(|item| item.encode(writer));
        count
    })
}

impl<'de, T: Decode<'de>> Decode<'de> for List<T> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::List);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let (count, items) = reader.compound(constructor.format())?.split();
        reader.items(items, |reader| {
            let mut items = reader.vec_with_capacity(count)?;
            for _ in 0..count {
                push(&mut items, reader.outlined(T::decode)?);
            }
            Ok(Self(items))
        })
    }
}

sequence!(List);

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn count_and_size_decide_the_encoding() {
        encodes_to(List::<u8>(vec![]), "45");
        encodes_to(List(vec![true, false]), "c0 03 02 41 42");
        encodes_to(List(vec![7u8; 127]), &format!("c0 ff 7f {}", "5007".repeat(127)));
        encodes_to(List(vec![7u8; 128]), &format!("d0 00000104 00000080 {}", "5007".repeat(128)));
        encodes_to(List(vec![(); 254]), &format!("c0 ff fe {}", "40".repeat(254)));
        encodes_to(List(vec![(); 255]), &format!("d0 00000103 000000ff {}", "40".repeat(255)));
        decodes_from(List::<u8>(vec![]), "c0 01 00");
        decodes_from(List::<u8>(vec![]), "d0 00000004 00000000");
    }

    #[test]
    fn in_an_array_one_long_list_widens_all() {
        encodes_to(Array(vec![List(vec![true]), List(vec![])]), "e0 07 02 c0 02 01 41 01 00");
        let octets = format!(
            "f0 00000116 00000002 d0 00000005 00000001 40 00000104 00000100 {}",
            "40".repeat(256)
        );
        encodes_to(Array(vec![List(vec![()]), List(vec![(); 256])]), &octets);
        encodes_to(Array(vec![List::<u8>(vec![]); 3]), "e0 08 03 c0 01 00 01 00 01 00");
        decodes_from(Array(vec![List::<u8>(vec![]); 3]), "e0 02 03 45");
    }

    #[test]
    fn wrong_sizes_and_counts_are_errors() {
        refuses::<List<u8>>("c0 00 00", "the size is too small for its content (octet 1)");
        refuses::<List<u8>>(
            "c0 01 01",
            "the size or count exceeds the octets that remain (octet 2)",
        );
        refuses::<List<u8>>(
            "d0 00000003 000000",
            "the size is too small for its content (octet 1)",
        );
        refuses::<List<u8>>(
            "c0 09 01 50 01",
            "the size or count exceeds the octets that remain (octet 1)",
        );
        refuses::<List<u8>>("c0 04 01 50 01 40", "octets are left over after the value (octet 5)");
        refuses::<List<u8>>("c0 02 01 50", "the octets end before the value does (octet 4)");
        refuses::<List<u8>>(
            "d0 ffffffff ffffffff",
            "the size or count exceeds the octets that remain (octet 1)",
        );
    }
}

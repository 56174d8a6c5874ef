//! `list` (section 1.6.22): `0x45` is the empty one; `0xc0` with size and count of one octet each,
//! or `0xd0` with size and count of four; then the items, each a whole value.

use alloc::vec::Vec;

use super::sequence::sequence;
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::compound::{LIST, OpenCompound};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

/// A sequence of values. Here all are of one Rust type; where they are of several, derive
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
    const FORMATS: &'static [Format] = &[LIST.0, LIST.1];

    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        encode_list_data(&self.0, format, writer)
    }
}

/// Writes items as a list, which need not be a [`List`].
#[inline]
pub(crate) fn encode_list(items: impl ExactSizeIterator<Item: Encode>, writer: &mut Writer<'_>) {
    let count = items.len();
    let list = OpenCompound::begin(LIST, count, writer);
    writer.values(items);
    list.end(count, writer);
}

/// Writes items as the data of a list within an array.
pub(crate) fn encode_list_data<T: Encode>(
    items: &[T],
    format: Format,
    writer: &mut Writer<'_>,
) -> bool {
    let list = OpenCompound::begin_data(LIST, format, writer);
    writer.values(items.iter());
    list.end_data(items.len(), writer)
}

impl<'a, T: Decode<'a>> Decode<'a> for List<T> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::List);

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if !Self::ACCEPTS.admits(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let (count, after) = reader.enter(constructor.format())?;
        let mut items = Vec::new();
        if reader.finds_cut() {
            T::check_values(count, reader)?;
        } else {
            items = reader.room_for(count)?;
            for _ in 0..count {
                items.push(T::decode(reader)?);
            }
        }
        reader.leave(after)?;
        Ok(Self(items))
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
        decodes_from(Array(vec![List::<u8>(vec![]); 3]), "e0 02 03 45");
    }

    #[test]
    fn sizes_and_counts_must_be_true() {
        refuses::<List<u8>>("c0 00 00", "the size is too small for what must be in it (octet 1)");
        refuses::<List<u8>>(
            "c0 01 01",
            "the size or count goes past the octets that are there (octet 2)",
        );
        refuses::<List<u8>>(
            "d0 00000003 000000",
            "the size is too small for what must be in it (octet 1)",
        );
        refuses::<List<u8>>(
            "c0 09 01 50 01",
            "the size or count goes past the octets that are there (octet 1)",
        );
        refuses::<List<u8>>("c0 04 01 50 01 40", "octets are left over after the value (octet 5)");
        refuses::<List<u8>>("c0 02 01 50", "the octets end before the value does (octet 4)");
        refuses::<List<u8>>(
            "d0 ffffffff ffffffff",
            "the size or count goes past the octets that are there (octet 1)",
        );
    }
}

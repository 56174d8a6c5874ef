//! `array` (section 1.6.24): `0xe0` with size and count of one octet each, or `0xf0` with size and
//! count of four; then one constructor, then the data of each item.

use alloc::vec::{self, Vec};
use core::slice;

use super::sequence::sequence;
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::{ARRAY, Writer};

/// A sequence of values of one type, which share one constructor on the wire (section 1.6.24).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Array<T>(pub Vec<T>);

impl<T: ArrayItem> Encode for Array<T> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        encode_array(&self.0, writer);
    }
}

impl<T: ArrayItem> ArrayItem for Array<T> {
    const FORMATS: &'static [Format] = &[ARRAY.narrow, ARRAY.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        writer.compound_value(ARRAY, format, |writer| encode_content(&self.0, writer))
    }
}

/// Writes items as an array.
#[inline]
fn encode_array<T: ArrayItem>(items: &[T], writer: &mut Writer<'_>) {
    writer.compound(ARRAY, items.len(), |writer| encode_content(items, writer));
}

/// Writes the constructor that the items share, and their data. Returns how many there are.
fn encode_content<T: ArrayItem>(items: &[T], writer: &mut Writer<'_>) -> usize {
    writer.in_narrowest(T::FORMATS, |format, writer| {
        T::encode_constructor(format, writer);
        match T::BULK {
            Some(bulk) if T::FORMATS.last() == Some(&format) => {
                writer.bulk(items, &bulk);
                true
            }
            _ => items.iter().all(|item| item.encode_value(format, writer)),
        }
    });
    items.len()
}

impl<'de, T: Decode<'de>> Decode<'de> for Array<T> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Array);

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        // The fields of the array are not moved out of it: the constructor would be copied twice.
        let array = reader.array(constructor.format())?;
        reader.items(array.items, |reader| {
            if !T::ACCEPTS.contains(&array.constructor) {
                return Err(reader.unexpected(&array.constructor, T::ACCEPTS));
            }
            T::decode_items(array.constructor, array.count, reader).map(Self)
        })
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        let constructor = reader.constructor()?;
        Self::decode_value(constructor, reader)
    }
}

sequence!(Array);

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;
    use crate::budget::Budget;
    use crate::decoder::Decoder;
    use crate::testing::{decodes_from, encodes_to, hex, refuses};

    #[test]
    fn count_and_size_decide_the_encoding() {
        encodes_to(Array::<u8>(vec![]), "e0 02 00 50");
        encodes_to(Array(vec![7u8; 253]), &format!("e0 ff fd 50 {}", "07".repeat(253)));
        encodes_to(Array(vec![7u8; 254]), &format!("f0 00000103 000000fe 50 {}", "07".repeat(254)));
        encodes_to(Array(vec![(); 255]), "e0 02 ff 40");
        encodes_to(Array(vec![(); 256]), "f0 00000005 00000100 40");
        decodes_from(Array(vec![1u8]), "f0 00000006 00000001 50 01");
    }

    #[test]
    fn arrays_of_arrays() {
        encodes_to(
            Array(vec![Array(vec![1u8]), Array(vec![])]),
            "e0 09 02 e0 03 01 50 01 02 00 50",
        );
        let long = format!(
            "f0 00000118 00000002 f0 00000006 00000001 50 01 00000105 00000100 50 {}",
            "07".repeat(256)
        );
        encodes_to(Array(vec![Array(vec![1u8]), Array(vec![7; 256])]), &long);
    }

    #[test]
    fn a_deeply_nested_array_is_written_once_at_each_level() {
        type Nested<T> = Array<Array<Array<Array<Array<Array<Array<Array<T>>>>>>>>;
        fn one<T>(item: T) -> Array<T> {
            Array(vec![item])
        }
        let deep: Nested<String> = one(one(one(one(one(one(one(one("a".repeat(300)))))))));
        let octets = deep.to_bytes().unwrap();
        assert_eq!(octets.len(), 8 * (1 + 8) + 1 + 4 + 300);
        assert_eq!(Nested::<String>::from_bytes(&octets).unwrap(), deep);
    }

    #[test]
    fn zero_width_items_are_charged() {
        assert_eq!(Array::<()>::from_bytes(&[0xe0, 2, 200, 0x40]).unwrap().len(), 200);
        refuses::<Array<()>>(
            "f0 00000005 ffffffff 40",
            "there are more zero-width array items than the limit (octet 10)",
        );
    }

    #[test]
    fn items_of_all_types_are_charged() {
        fn costs<T: for<'de> Decode<'de>>(octets: &str, cost: usize) {
            let octets = hex(octets);
            for (left, is_enough) in [(cost - 1, false), (cost, true)] {
                let budget = Budget { octets: left, ..Budget::for_input(octets.len()) };
                let read = Decoder::new(&octets).with_budget(budget).decode::<Array<T>>();
                assert_eq!(read.is_ok(), is_enough);
            }
        }
        costs::<u64>("e0 05 03 53 01 02 03", 24);
        costs::<u64>("e0 12 02 80 0000000000000001 0000000000000002", 16);
        costs::<i32>("e0 05 03 54 01 02 ff", 12);
        costs::<u32>("e0 02 02 43", 8);
        costs::<u8>("e0 05 03 50 01 02 03", 3);
        costs::<f32>("e0 06 01 72 3f800000", 4);
        costs::<bool>("e0 05 03 56 01 00 01", 3);
    }

    #[test]
    fn wrong_sizes_and_counts_are_errors() {
        refuses::<Array<u8>>("e0 00", "the size is too small for its content (octet 1)");
        refuses::<Array<u8>>("e0 01 00", "the size is too small for its content (octet 1)");
        refuses::<Array<u8>>(
            "e0 05 00 50",
            "the size or count exceeds the octets that remain (octet 1)",
        );
        refuses::<Array<u8>>(
            "e0 03 02 50 01",
            "the size or count exceeds the octets that remain (octet 4)",
        );
        refuses::<Array<u8>>("e0 04 01 50 01 02", "octets are left over after the value (octet 5)");
        refuses::<Array<u8>>("e0 03 01 51 01", "expected ubyte, found byte (octet 3)");
    }
}

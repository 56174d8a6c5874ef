//! `array` (section 1.6.24): `0xe0` with size and count of one octet each, or `0xf0` with size and
//! count of four; then one constructor, then the data of each item.

use alloc::vec::Vec;

use super::sequence::sequence;
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode, decode_any};
use crate::compound::{ARRAY, OpenCompound};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Category, Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

/// A sequence of values that are all of one type, and share one constructor on the wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Array<T>(pub Vec<T>);

impl<T: ArrayItem> Encode for Array<T> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        encode_array(&self.0, writer);
    }
}

impl<T: ArrayItem> ArrayItem for Array<T> {
    const FORMATS: &'static [Format] = &[ARRAY.0, ARRAY.1];

    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        let array = OpenCompound::begin_data(ARRAY, format, writer);
        encode_constructor_and_items(&self.0, writer);
        array.end_data(self.len(), writer)
    }
}

/// Writes items as an array, which need not be an [`Array`].
pub(crate) fn encode_array<T: ArrayItem>(items: &[T], writer: &mut Writer<'_>) {
    let array = OpenCompound::begin(ARRAY, items.len(), writer);
    encode_constructor_and_items(items, writer);
    array.end(items.len(), writer);
}

fn encode_constructor_and_items<T: ArrayItem>(items: &[T], writer: &mut Writer<'_>) {
    write_in_narrowest(T::FORMATS, writer, |format, writer| {
        T::encode_constructor(format, writer);
        T::encode_items(items, format, writer)
    });
}

/// Writes constructor and items in the first of the formats that fits all items. The last one
/// does.
pub(crate) fn write_in_narrowest(
    formats: &[Format],
    writer: &mut Writer<'_>,
    mut write: impl FnMut(Format, &mut Writer<'_>) -> bool,
) {
    let start = writer.len();
    let [narrower @ .., last] = formats else {
        return;
    };
    for format in narrower {
        if writer.is_doomed() || writer.attempt(|writer| write(*format, writer)) {
            return;
        }
        writer.truncate(start);
        let by_size = !matches!(format.category(), Category::Fixed(_));
        if by_size && writer.doom() {
            return;
        }
    }
    let fits = write(*last, writer);
    debug_assert!(fits || writer.is_doomed(), "the last format fits every item");
}

impl<'a, T: Decode<'a>> Decode<'a> for Array<T> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Array);

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if !Self::ACCEPTS.admits(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let array = enter_array(constructor.format(), reader)?;
        if !T::ACCEPTS.admits(&array.constructor) {
            return Err(reader.unexpected(&array.constructor, T::ACCEPTS));
        }
        let items = T::decode_items(array.constructor, array.count, reader)?;
        reader.leave(array.after)?;
        Ok(Self(items))
    }

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let Some(array) = enter_fixed(T::ACCEPTS, reader) else {
            return decode_any(reader);
        };
        let items = T::decode_items(array.constructor, array.count, reader)?;
        reader.leave(array.after)?;
        Ok(Self(items))
    }
}

/// An array whose items come next.
pub(crate) struct EnteredArray<'a> {
    pub(crate) constructor: Constructor<'a>,
    pub(crate) count: usize,
    /// What to give back to [`Reader::leave`].
    pub(crate) after: &'a [u8],
}

/// Steps into an array: its size and count, and the constructor of its items.
pub(crate) fn enter_array<'a>(
    format: Format,
    reader: &mut Reader<'a>,
) -> Result<EnteredArray<'a>, Failed> {
    let size_at = reader.rest();
    let (count, after) = reader.enter(format)?;
    if reader.is_empty() && !reader.ends_cut(after) {
        return Err(reader.error_in(size_at, DecodeErrorKind::SizeUnderrun));
    }
    let constructor = reader.constructor()?;
    if constructor.format().is_zero_width() {
        reader.charge_items(count)?;
    } else if count > reader.rest().len() {
        return Err(reader.error(DecodeErrorKind::SizeOverrun));
    }
    Ok(EnteredArray { constructor, count, after })
}

/// Steps into an array of numbers or the like, which nearly all are: items of one width that are all
/// there, behind a constructor without a descriptor. `None` says nothing of the octets.
#[inline]
pub(crate) fn enter_fixed<'a>(
    items: &Accepts,
    reader: &mut Reader<'a>,
) -> Option<EnteredArray<'a>> {
    const NARROW: u8 = Format::Array8.code();
    const WIDE: u8 = Format::Array32.code();
    let (size, count, code, data) = match *reader.rest() {
        [NARROW, size, count, code, ref data @ ..] => {
            (usize::from(size).checked_sub(2), usize::from(count), code, data)
        }
        [WIDE, a, b, c, d, e, f, g, h, code, ref data @ ..] => {
            let number = |octets| usize::try_from(u32::from_be_bytes(octets)).ok();
            let (size, count) = (number([a, b, c, d]), number([e, f, g, h]));
            (size.and_then(|size| size.checked_sub(5)), count.unwrap_or(usize::MAX), code, data)
        }
        _ => return None,
    };
    let body = size.and_then(|size| data.split_at_checked(size));
    let ((body, after), format) = (body?, Format::from_code(code)?);
    match format.category() {
        Category::Fixed(width @ 1..)
            if items.begins_as(format.primitive())
                && count.checked_mul(usize::from(width)) == Some(body.len()) =>
        {
            reader.enter_body(body)?;
            Some(EnteredArray { constructor: Constructor::primitive(format), count, after })
        }
        _ => None,
    }
}

sequence!(Array);

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;
    use crate::budget::Budget;
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
    fn an_array_of_one_long_string_nested_deep_is_written_once_a_level() {
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
    fn items_that_take_no_octets_are_paid_for_by_the_budget() {
        assert_eq!(Array::<()>::from_bytes(&[0xe0, 2, 200, 0x40]).unwrap().len(), 200);
        refuses::<Array<()>>(
            "f0 00000005 ffffffff 40",
            "there are more items than the limit (octet 10)",
        );
    }

    #[test]
    fn items_are_paid_for_whatever_they_are() {
        fn costs<T: for<'a> Decode<'a>>(octets: &str, cost: usize) {
            let octets = hex(octets);
            for (left, is_enough) in [(cost - 1, false), (cost, true)] {
                let budget = Budget { octets: left, ..Budget::for_input(octets.len()) };
                let read = Array::<T>::from_reader(Reader::new(&octets).with_budget(budget));
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
    fn sizes_and_counts_must_be_true() {
        refuses::<Array<u8>>("e0 00", "the size is too small for what must be in it (octet 1)");
        refuses::<Array<u8>>("e0 01 00", "the size is too small for what must be in it (octet 1)");
        refuses::<Array<u8>>(
            "e0 05 00 50",
            "the size or count goes past the octets that are there (octet 1)",
        );
        refuses::<Array<u8>>(
            "e0 03 02 50 01",
            "the size or count goes past the octets that are there (octet 4)",
        );
        refuses::<Array<u8>>("e0 04 01 50 01 02", "octets are left over after the value (octet 5)");
        refuses::<Array<u8>>("e0 03 01 51 01", "expected ubyte, found byte (octet 3)");
    }
}

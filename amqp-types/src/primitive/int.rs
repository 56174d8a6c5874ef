//! `int` (section 1.6.9): `0x71` and 4 octets; `0x54` and one octet for small values.

use super::integer::integer;
use crate::accepts::Accepts;
use crate::bulk::{Bulk, bulk};
use crate::constructor::Constructor;
use crate::decode::{Common, Decode};
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

integer!(i32 as i8, Int, SmallInt);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn the_shortest_encoding_is_written_and_all_are_read() {
        encodes_to(0i32, "54 00");
        encodes_to(-1i32, "54 ff");
        encodes_to(127i32, "54 7f");
        encodes_to(-128i32, "54 80");
        encodes_to(128i32, "71 00000080");
        encodes_to(-129i32, "71 ffffff7f");
        decodes_from(-1i32, "71 ffffffff");
        refuses::<i32>("55 01", "expected int, found long (octet 0)");
    }

    #[test]
    fn an_array_is_written_in_full_width_and_read_in_any() {
        encodes_to(Array(vec![-1i32, 127]), "e0 0a 02 71 ffffffff 0000007f");
        decodes_from(Array(vec![-1i32, 127]), "e0 04 02 54 ff 7f");
        encodes_to(Array(vec![-1i32, 128]), "e0 0a 02 71 ffffffff 00000080");
    }
}

//! `long` (section 1.6.10): `0x81` and 8 octets; `0x55` and one octet for small values.

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

integer!(i64 as i8, Long, SmallLong);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn the_shortest_encoding_is_written_and_all_are_read() {
        encodes_to(0i64, "55 00");
        encodes_to(-128i64, "55 80");
        encodes_to(128i64, "81 0000000000000080");
        encodes_to(i64::MIN, "81 8000000000000000");
        decodes_from(-2i64, "81 fffffffffffffffe");
        refuses::<i64>("83 0000000000000000", "expected long, found timestamp (octet 0)");
    }

    #[test]
    fn an_array_is_written_in_full_width_and_read_in_any() {
        encodes_to(Array(vec![-1i64]), "e0 0a 01 81 ffffffffffffffff");
        decodes_from(Array(vec![-1i64]), "e0 03 01 55 ff");
        encodes_to(Array(vec![i64::MAX]), "e0 0a 01 81 7fffffffffffffff");
    }
}

//! `uint` (section 1.6.5): `0x70` and 4 octets; `0x52` and one octet for small values, `0x43` alone is 0.

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

integer!(u32 as u8, Uint, SmallUint, Uint0);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn the_shortest_encoding_is_written_and_all_are_read() {
        encodes_to(0u32, "43");
        encodes_to(1u32, "52 01");
        encodes_to(255u32, "52 ff");
        encodes_to(256u32, "70 00000100");
        encodes_to(u32::MAX, "70 ffffffff");
        decodes_from(0u32, "52 00");
        decodes_from(0u32, "70 00000000");
        refuses::<u32>("70 000000", "the octets end before the value does (octet 1)");
        refuses::<u32>("53 01", "expected uint, found ulong (octet 0)");
    }

    #[test]
    fn an_array_is_written_in_full_width_and_read_in_any() {
        encodes_to(Array(vec![0u32, 255]), "e0 0a 02 70 00000000 000000ff");
        decodes_from(Array(vec![0u32, 255]), "e0 04 02 52 00 ff");
        encodes_to(Array(vec![1u32, 256]), "e0 0a 02 70 00000001 00000100");
        decodes_from(Array(vec![0u32, 0, 0]), "e0 02 03 43");
    }
}

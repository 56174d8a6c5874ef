//! `ulong` (section 1.6.6): `0x80` and 8 octets; `0x53` and one octet for small values, `0x44` alone is 0.

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

integer!(u64 as u8, Ulong, SmallUlong, Ulong0);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn the_shortest_encoding_is_written_and_all_are_read() {
        encodes_to(0u64, "44");
        encodes_to(255u64, "53 ff");
        encodes_to(256u64, "80 0000000000000100");
        encodes_to(u64::MAX, "80 ffffffffffffffff");
        decodes_from(5u64, "80 0000000000000005");
        refuses::<u64>("70 00000005", "expected ulong, found uint (octet 0)");
    }

    #[test]
    fn an_array_is_written_in_full_width_and_read_in_any() {
        encodes_to(Array(vec![7u64]), "e0 0a 01 80 0000000000000007");
        decodes_from(Array(vec![7u64]), "e0 03 01 53 07");
        encodes_to(Array(vec![256u64]), "e0 0a 01 80 0000000000000100");
        decodes_from(Array(vec![0u64]), "e0 02 01 44");
    }
}

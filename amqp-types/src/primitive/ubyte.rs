//! `ubyte` (section 1.6.3): `0x50` and one octet.

use super::fixed;

fixed!(u8, Ubyte, <u8>::from_be_bytes, <u8>::to_be_bytes);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn alone_and_in_an_array() {
        encodes_to(200u8, "50 c8");
        encodes_to(Array(vec![200u8, 0u8]), "e0 04 02 50 c8 00");
        refuses::<u8>("40", "expected ubyte, found null (octet 0)");
        refuses::<u8>("50", "the octets end before the value does (octet 1)");
    }
}

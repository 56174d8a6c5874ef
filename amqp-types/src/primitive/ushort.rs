//! `ushort` (section 1.6.4): `0x60` and two octets.

use super::fixed;

fixed!(u16, Ushort, <u16>::from_be_bytes, <u16>::to_be_bytes);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn alone_and_in_an_array() {
        encodes_to(258u16, "60 0102");
        encodes_to(Array(vec![258u16, 0u16]), "e0 06 02 60 0102 0000");
        refuses::<u16>("40", "expected ushort, found null (octet 0)");
        refuses::<u16>("60", "the octets end before the value does (octet 1)");
    }
}

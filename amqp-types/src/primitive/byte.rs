//! `byte` (section 1.6.7): `0x51` and one octet.

use super::fixed;

fixed!(i8, Byte, <i8>::from_be_bytes, <i8>::to_be_bytes);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn alone_and_in_an_array() {
        encodes_to(-2i8, "51 fe");
        encodes_to(Array(vec![-2i8, 0i8]), "e0 04 02 51 fe 00");
        refuses::<i8>("40", "expected byte, found null (octet 0)");
        refuses::<i8>("51", "the octets end before the value does (octet 1)");
    }
}

//! `short` (section 1.6.8): `0x61` and two octets.

use super::fixed;

fixed!(i16, Short, <i16>::from_be_bytes, <i16>::to_be_bytes);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn alone_and_in_an_array() {
        encodes_to(-2i16, "61 fffe");
        encodes_to(Array(vec![-2i16, 0i16]), "e0 06 02 61 fffe 0000");
        refuses::<i16>("40", "expected short, found null (octet 0)");
        refuses::<i16>("61", "the octets end before the value does (octet 1)");
    }
}

//! `float` (section 1.6.11): `0x72` and the four octets of an IEEE 754 binary32.

use super::fixed;

fixed!(f32, Float, <f32>::from_be_bytes, <f32>::to_be_bytes);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn alone_and_in_an_array() {
        encodes_to(1.5f32, "72 3fc00000");
        encodes_to(Array(vec![1.5f32, 0.0f32]), "e0 0a 02 72 3fc00000 00000000");
        refuses::<f32>("40", "expected float, found null (octet 0)");
        refuses::<f32>("72", "the octets end before the value does (octet 1)");
    }
}

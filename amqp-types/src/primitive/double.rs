//! `double` (section 1.6.12): `0x82` and the eight octets of an IEEE 754 binary64.

use super::fixed;

fixed!(f64, Double, <f64>::from_be_bytes, <f64>::to_be_bytes);

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn alone_and_in_an_array() {
        encodes_to(1.5f64, "82 3ff8000000000000");
        encodes_to(Array(vec![1.5f64, 0.0f64]), "e0 12 02 82 3ff8000000000000 0000000000000000");
        refuses::<f64>("40", "expected double, found null (octet 0)");
        refuses::<f64>("82", "the octets end before the value does (octet 1)");
    }
}

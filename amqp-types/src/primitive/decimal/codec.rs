//! The octets of the decimals: one encoding each.

use super::{Decimal32, Decimal64, Decimal128};
use crate::primitive::fixed;

fixed!(Decimal32, Decimal32, Decimal32::from_be_bytes, Decimal32::to_be_bytes);
fixed!(Decimal64, Decimal64, Decimal64::from_be_bytes, Decimal64::to_be_bytes);
fixed!(Decimal128, Decimal128, Decimal128::from_be_bytes, Decimal128::to_be_bytes);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn alone_and_in_an_array() {
        encodes_to(Decimal32::ONE, "74 32800001");
        encodes_to(Decimal64::ONE, "84 31c0000000000001");
        encodes_to(Decimal128::ONE, "94 30400000000000000000000000000001");
        encodes_to(Array(vec![Decimal32::ONE]), "e0 06 01 74 32800001");
        encodes_to(Array(vec![Decimal64::ONE]), "e0 0a 01 84 31c0000000000001");
        encodes_to(Array(vec![Decimal128::ONE]), "e0 12 01 94 30400000000000000000000000000001");
        refuses::<Decimal64>("94 00", "expected decimal64, found decimal128 (octet 0)");
    }
}

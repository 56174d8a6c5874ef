//! `timestamp` (section 1.6.17): `0x83` and eight octets, milliseconds since the Unix epoch.

use super::fixed;

/// An instant: milliseconds since the Unix epoch (1970-01-01T00:00:00 UTC), negative before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    const fn from_be_bytes(octets: [u8; 8]) -> Self {
        Self(i64::from_be_bytes(octets))
    }

    const fn to_be_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

impl From<i64> for Timestamp {
    fn from(millis: i64) -> Self {
        Self(millis)
    }
}

impl From<Timestamp> for i64 {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

fixed!(Timestamp, Timestamp, Timestamp::from_be_bytes, Timestamp::to_be_bytes);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn before_and_after_the_epoch() {
        encodes_to(Timestamp(1_311_704_463_521), "83 0000013167adb8a1");
        encodes_to(Timestamp(-1), "83 ffffffffffffffff");
        encodes_to(Array(vec![Timestamp(1)]), "e0 0a 01 83 0000000000000001");
        refuses::<Timestamp>("81 0000000000000000", "expected timestamp, found long (octet 0)");
    }
}

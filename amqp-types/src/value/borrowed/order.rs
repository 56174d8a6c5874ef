//! When values that borrow are equal, and which comes first: as with [`Value`](super::Value)s.

use core::cmp::Ordering;

use super::ValueRef;

impl PartialEq for ValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ValueRef<'_> {}

impl PartialOrd for ValueRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// First by type, in the standard's order of types, then by content.
impl Ord for ValueRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Ubyte(a), Self::Ubyte(b)) => a.cmp(b),
            (Self::Ushort(a), Self::Ushort(b)) => a.cmp(b),
            (Self::Uint(a), Self::Uint(b)) => a.cmp(b),
            (Self::Ulong(a), Self::Ulong(b)) => a.cmp(b),
            (Self::Byte(a), Self::Byte(b)) => a.cmp(b),
            (Self::Short(a), Self::Short(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Long(a), Self::Long(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => a.total_cmp(b),
            (Self::Double(a), Self::Double(b)) => a.total_cmp(b),
            (Self::Decimal32(a), Self::Decimal32(b)) => a.to_bits().cmp(&b.to_bits()),
            (Self::Decimal64(a), Self::Decimal64(b)) => a.to_bits().cmp(&b.to_bits()),
            (Self::Decimal128(a), Self::Decimal128(b)) => a.to_bits().cmp(&b.to_bits()),
            (Self::Char(a), Self::Char(b)) => a.cmp(b),
            (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            (Self::Uuid(a), Self::Uuid(b)) => a.cmp(b),
            (Self::Binary(a), Self::Binary(b)) => a.cmp(b),
            (Self::String(a), Self::String(b)) => a.cmp(b),
            (Self::Symbol(a), Self::Symbol(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => a.cmp(b),
            (Self::Map(a), Self::Map(b)) => a.cmp(b),
            (Self::Array(a), Self::Array(b)) => a.cmp(b),
            (Self::Described(a), Self::Described(b)) => a.cmp(b),
            // Null beside null, or two of different types. Described values come last.
            _ => {
                let rank = |value: &Self| value.primitive().map_or(u8::MAX, |of| of as u8);
                rank(self).cmp(&rank(other))
            }
        }
    }
}

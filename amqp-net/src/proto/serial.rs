//! Serial numbers of 32 bits (RFC 1982) as numbers of 64 bits, which do not wrap.

/// The number that 32-bit numbers are extended from at the beginning, so that smaller ones exist.
pub(super) const FIRST: u64 = 1 << 32;

/// Returns the number that ends in these 32 bits and is closest to another one. Returns `None` if it is 2^31 away:
/// it could then be before or after that one.
pub(super) fn extend(wire: u32, near: u64) -> Option<u64> {
    let distance = wire.wrapping_sub(to_wire(near)).cast_signed();
    if distance == i32::MIN { None } else { near.checked_add_signed(distance.into()) }
}

/// Returns the low 32 bits, which are sent.
#[expect(clippy::cast_possible_truncation, reason = "the high bits are not sent")]
pub(super) const fn to_wire(number: u64) -> u32 {
    number as u32
}

/// Returns how far a number is below a limit: 0 if it is not, and the largest number if it is further than that.
pub(super) fn distance(number: u64, limit: u64) -> u32 {
    u32::try_from(limit.saturating_sub(number)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_extended_to_the_closest() {
        let half = 1 << 31;
        for near in [FIRST, FIRST + 5, (1 << 33) - 1, 1 << 33, (7 << 32) + half, (7 << 32) - half] {
            for distance in [0, 1, 2, 1000, half - 1] {
                assert_eq!(extend(to_wire(near + distance), near), Some(near + distance));
                assert_eq!(extend(to_wire(near - distance), near), Some(near - distance));
            }
            assert_eq!(extend(to_wire(near + half), near), None);
        }
        assert_eq!(extend(u32::MAX, 0), None, "there is no smaller number");
    }
}

//! Counting the work of a decode, for tests: a unit is a constructor that is read, or an octet of a
//! key that is compared.

use core::cell::Cell;

std::thread_local! {
    static UNITS: Cell<usize> = const { Cell::new(0) };
}

/// Counts units of work.
pub(crate) fn add(units: usize) {
    UNITS.set(UNITS.get() + units);
}

/// Counts the octets that are read to compare two texts: the equal ones at the start, and one more.
pub(crate) fn compare(a: &[u8], b: &[u8]) {
    add(1 + a.iter().zip(b).take_while(|(a, b)| a == b).count());
}

/// Returns how many units of work a function does.
pub(crate) fn of<T>(function: impl FnOnce() -> T) -> (T, usize) {
    let before = UNITS.get();
    let value = function();
    (value, UNITS.get() - before)
}

//! Conversion of all items of an array at once, to and from network order.
//!
//! The loops are ordinary code. They are fast if the compiler may use instructions that reverse the octets
//! of eight or sixteen numbers at a time. Nearly all processors in use have these, but the default target
//! CPU does not, so with the feature `std` they are detected at run time.

#![cfg_attr(
    all(target_arch = "x86_64", feature = "std"),
    expect(
        unsafe_code,
        reason = "functions for CPUs with certain features are called after detecting those"
    )
)]

use alloc::vec::Vec;
use core::fmt;
use core::mem::MaybeUninit;

/// The conversion of all items of an array at once: [`ArrayItem::BULK`](crate::ArrayItem::BULK).
pub struct Bulk<T> {
    /// The number of octets of an item.
    pub(crate) width: usize,
    /// Reads items from all of their octets.
    pub(crate) read: fn(&[u8]) -> Vec<T>,
    /// Writes items to a place of the right size.
    pub(crate) write: fn(&[T], &mut [MaybeUninit<u8>]),
}

impl<T> fmt::Debug for Bulk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk").field("width", &self.width).finish_non_exhaustive()
    }
}

/// Creates the conversion of a type whose items have the same size on the wire as in memory.
macro_rules! bulk {
    ($type:ty, $from:expr, $to:expr) => {
        $crate::bulk::Bulk::<$type> {
            width: size_of::<$type>(),
            read: |octets| $crate::bulk::read(octets.as_chunks().0, $from),
            write: |items, places| $crate::bulk::write(places.as_chunks_mut().0, items, $to),
        }
    };
}
pub(crate) use bulk;

/// Calls one of the plain functions, compiled for the features of the CPU that runs it.
macro_rules! widest {
    ($function:ident($($argument:expr),+)) => {{
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        if std::arch::is_x86_feature_detected!("avx512bw") {
            // SAFETY: the CPU has the feature.
            return unsafe { avx512::$function($($argument),+) };
        } else if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU has the feature.
            return unsafe { avx2::$function($($argument),+) };
        }
        plain::$function($($argument),+)
    }};
}

/// Reads the data of items.
#[inline]
pub(crate) fn read<T, const N: usize>(items: &[[u8; N]], item: impl Fn([u8; N]) -> T) -> Vec<T> {
    widest!(read(items, item))
}

/// Writes the data of items, each to its place.
#[inline]
pub(crate) fn write<T: Copy, const N: usize>(
    places: &mut [[MaybeUninit<u8>; N]],
    items: &[T],
    data: impl Fn(T) -> [u8; N],
) {
    widest!(write(places, items, data));
}

mod plain {
    use super::{MaybeUninit, Vec};

    #[inline]
    pub(super) fn read<T, const N: usize>(
        items: &[[u8; N]],
        item: impl Fn([u8; N]) -> T,
    ) -> Vec<T> {
        items.iter().map(|data| item(*data)).collect()
    }

    #[inline]
    pub(super) fn write<T: Copy, const N: usize>(
        places: &mut [[MaybeUninit<u8>; N]],
        items: &[T],
        data: impl Fn(T) -> [u8; N],
    ) {
        for (place, item) in places.iter_mut().zip(items) {
            *place = data(*item).map(MaybeUninit::new);
        }
    }
}

/// The plain functions, compiled for CPUs with a feature.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
macro_rules! compiled_for {
    ($module:ident, $feature:literal) => {
        mod $module {
            use super::{MaybeUninit, Vec, plain};

            #[target_feature(enable = $feature)]
            pub(super) fn read<T, const N: usize>(
                items: &[[u8; N]],
                item: impl Fn([u8; N]) -> T,
            ) -> Vec<T> {
                plain::read(items, item)
            }

            #[target_feature(enable = $feature)]
            pub(super) fn write<T: Copy, const N: usize>(
                places: &mut [[MaybeUninit<u8>; N]],
                items: &[T],
                data: impl Fn(T) -> [u8; N],
            ) {
                plain::write(places, items, data);
            }
        }
    };
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
compiled_for!(avx2, "avx2");
#[cfg(all(target_arch = "x86_64", feature = "std"))]
compiled_for!(avx512, "avx512bw");

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: u32) -> (Vec<u32>, Vec<[u8; 4]>) {
        let numbers = (0..count).map(|i| i.wrapping_mul(0x9e37_79b9));
        numbers.map(|number| (number, number.to_be_bytes())).unzip()
    }

    #[test]
    fn bulk_conversion_agrees_with_one_by_one() {
        for (numbers, one_by_one) in (0..300).map(numbers) {
            let bulk = <u32 as crate::ArrayItem>::BULK.unwrap();
            let octets = one_by_one.concat();
            assert_eq!((bulk.read)(&octets), numbers);
            let mut places = vec![MaybeUninit::new(0xee); octets.len()];
            (bulk.write)(&numbers, &mut places);
            assert_eq!(as_read(places.as_chunks().0), one_by_one);
        }
    }

    #[test]
    fn all_processors_agree() {
        for (numbers, one_by_one) in (0..300).map(numbers) {
            assert_eq!(plain::read(&one_by_one, u32::from_be_bytes), numbers);
            let mut places = vec![[MaybeUninit::new(0xee); 4]; numbers.len()];
            plain::write(&mut places, &numbers, u32::to_be_bytes);
            assert_eq!(as_read(&places), one_by_one);

            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            if std::arch::is_x86_feature_detected!("avx2") {
                places.fill([MaybeUninit::new(0xee); 4]);
                // SAFETY: the CPU has the feature.
                let read = unsafe {
                    avx2::write(&mut places, &numbers, u32::to_be_bytes);
                    avx2::read(&one_by_one, u32::from_be_bytes)
                };
                assert_eq!(read, numbers);
                assert_eq!(as_read(&places), one_by_one);
            }
        }
    }

    /// Returns the octets that were written. All of them were initialized before.
    fn as_read(places: &[[MaybeUninit<u8>; 4]]) -> Vec<[u8; 4]> {
        #[expect(unsafe_code, reason = "all places were filled with octets first")]
        // SAFETY: all places were filled with octets before they were given to `write`.
        places.iter().map(|place| place.map(|octet| unsafe { octet.assume_init() })).collect()
    }
}

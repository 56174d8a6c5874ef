//! Numbers of an array, all at once: from network order and back.
//!
//! The loops are plain. What makes them fast is that the compiler may use instructions that turn
//! the octets of eight or sixteen numbers around at a time, which the processors have that are in use
//! but not those that programs are compiled for by default. With the feature `std` the processor is
//! asked.

#![cfg_attr(
    all(target_arch = "x86_64", feature = "std"),
    expect(unsafe_code, reason = "a function for certain processors is called on those alone")
)]

use alloc::vec::Vec;
use core::mem::MaybeUninit;

/// Calls one of the plain functions, as it was compiled for the processor that runs it.
macro_rules! widest {
    ($function:ident($($argument:expr),+)) => {{
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        if std::arch::is_x86_feature_detected!("avx512bw") {
            // SAFETY: the processor has the instructions.
            return unsafe { avx512::$function($($argument),+) };
        } else if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the instructions.
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

/// Reads the data of items, which are all of these octets, and folds them.
#[inline]
pub(crate) fn fold<T, B, const N: usize>(
    octets: &[u8],
    item: impl Fn([u8; N]) -> T,
    init: B,
    each: impl FnMut(B, T) -> B,
) -> B {
    let (items, _) = octets.as_chunks();
    widest!(fold(items, item, init, each))
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
    pub(super) fn fold<T, B, const N: usize>(
        items: &[[u8; N]],
        item: impl Fn([u8; N]) -> T,
        init: B,
        mut each: impl FnMut(B, T) -> B,
    ) -> B {
        items.iter().fold(init, |folded, data| each(folded, item(*data)))
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

/// The same functions, compiled for processors with certain instructions.
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
            pub(super) fn fold<T, B, const N: usize>(
                items: &[[u8; N]],
                item: impl Fn([u8; N]) -> T,
                init: B,
                each: impl FnMut(B, T) -> B,
            ) -> B {
                plain::fold(items, item, init, each)
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
    fn all_at_once_is_as_one_by_one() {
        for (numbers, one_by_one) in (0..300).map(numbers) {
            let octets = one_by_one.concat();
            assert_eq!(read(&one_by_one, u32::from_be_bytes), numbers);
            let push = |mut pushed: Vec<u32>, number| {
                pushed.push(number);
                pushed
            };
            assert_eq!(fold(&octets, u32::from_be_bytes, Vec::new(), push), numbers);

            let mut written = vec![0xee; octets.len()];
            let mut writer = crate::Writer::fixed(&mut written);
            writer.items(&numbers, u32::to_be_bytes);
            assert_eq!(writer.finish(), Ok(octets.len()));
            assert_eq!(written, octets);
        }
    }

    #[test]
    fn it_is_the_same_on_any_processor() {
        for (numbers, one_by_one) in (0..300).map(numbers) {
            assert_eq!(plain::read(&one_by_one, u32::from_be_bytes), numbers);
            let sum = numbers.iter().copied().fold(0, u32::wrapping_add);
            let folded = plain::fold(&one_by_one, u32::from_be_bytes, 0, u32::wrapping_add);
            assert_eq!(folded, sum);
            let mut places = vec![[MaybeUninit::new(0xee); 4]; numbers.len()];
            plain::write(&mut places, &numbers, u32::to_be_bytes);
            assert_eq!(as_read(&places), one_by_one);

            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            if std::arch::is_x86_feature_detected!("avx2") {
                places.fill([MaybeUninit::new(0xee); 4]);
                // SAFETY: the processor has the instructions.
                let (read, folded) = unsafe {
                    avx2::write(&mut places, &numbers, u32::to_be_bytes);
                    let read = avx2::read(&one_by_one, u32::from_be_bytes);
                    (read, avx2::fold(&one_by_one, u32::from_be_bytes, 0, u32::wrapping_add))
                };
                assert_eq!((read, folded), (numbers, sum));
                assert_eq!(as_read(&places), one_by_one);
            }
        }
    }

    /// What was written to places, through the reference that a writer has: all held octets before.
    fn as_read(places: &[[MaybeUninit<u8>; 4]]) -> Vec<[u8; 4]> {
        #[expect(unsafe_code, reason = "all places were filled with octets first")]
        // SAFETY: they were.
        places.iter().map(|place| place.map(|octet| unsafe { octet.assume_init() })).collect()
    }
}

//! Numbers of an array, all at once: from network order and back.
//!
//! The loops are plain. What makes them fast is that the compiler may use instructions that turn
//! the octets of eight numbers around at a time, which the processors have that are in use but not
//! those that programs are compiled for by default. With the feature `std` the processor is asked.

#![cfg_attr(
    all(target_arch = "x86_64", feature = "std"),
    expect(unsafe_code, reason = "a function for certain processors is called on those alone")
)]

use alloc::vec::Vec;
use core::mem::MaybeUninit;

/// Reads the data of items.
#[inline]
pub(crate) fn read<T, const N: usize>(items: &[[u8; N]], item: impl Fn([u8; N]) -> T) -> Vec<T> {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has the instructions.
        return unsafe { avx2::read(items, item) };
    }
    read_plainly(items, item)
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
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has the instructions.
        return unsafe { avx2::fold(items, item, init, each) };
    }
    fold_plainly(items, item, init, each)
}

/// Writes the data of items, each to its place.
#[inline]
pub(crate) fn write<T: Copy, const N: usize>(
    places: &mut [[MaybeUninit<u8>; N]],
    items: &[T],
    data: impl Fn(T) -> [u8; N],
) {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has the instructions.
        return unsafe { avx2::write(places, items, data) };
    }
    write_plainly(places, items, data);
}

#[inline]
fn read_plainly<T, const N: usize>(items: &[[u8; N]], item: impl Fn([u8; N]) -> T) -> Vec<T> {
    items.iter().map(|data| item(*data)).collect()
}

#[inline]
fn fold_plainly<T, B, const N: usize>(
    items: &[[u8; N]],
    item: impl Fn([u8; N]) -> T,
    init: B,
    mut each: impl FnMut(B, T) -> B,
) -> B {
    items.iter().fold(init, |folded, data| each(folded, item(*data)))
}

#[inline]
fn write_plainly<T: Copy, const N: usize>(
    places: &mut [[MaybeUninit<u8>; N]],
    items: &[T],
    data: impl Fn(T) -> [u8; N],
) {
    for (place, item) in places.iter_mut().zip(items) {
        *place = data(*item).map(MaybeUninit::new);
    }
}

/// The same functions, compiled for processors with AVX2.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod avx2 {
    use super::{MaybeUninit, Vec};

    #[target_feature(enable = "avx2")]
    pub(super) fn read<T, const N: usize>(
        items: &[[u8; N]],
        item: impl Fn([u8; N]) -> T,
    ) -> Vec<T> {
        super::read_plainly(items, item)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn fold<T, B, const N: usize>(
        items: &[[u8; N]],
        item: impl Fn([u8; N]) -> T,
        init: B,
        each: impl FnMut(B, T) -> B,
    ) -> B {
        super::fold_plainly(items, item, init, each)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn write<T: Copy, const N: usize>(
        places: &mut [[MaybeUninit<u8>; N]],
        items: &[T],
        data: impl Fn(T) -> [u8; N],
    ) {
        super::write_plainly(places, items, data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_at_once_is_as_one_by_one() {
        for count in 0..70_u32 {
            let numbers: Vec<u32> = (0..count).map(|i| i.wrapping_mul(0x9e37_79b9)).collect();
            let one_by_one: Vec<[u8; 4]> = numbers.iter().map(|n| n.to_be_bytes()).collect();
            assert_eq!(read(&one_by_one, u32::from_be_bytes), numbers);

            let mut octets = vec![0xee; numbers.len() * 4];
            let mut writer = crate::Writer::fixed(&mut octets);
            writer.items(&numbers, u32::to_be_bytes);
            assert_eq!(writer.finish(), Ok(one_by_one.len() * 4));
            assert_eq!(octets, one_by_one.concat());
        }
    }
}

//! Copies of content that is short, as most of it is.

use core::mem::MaybeUninit;

use super::room::as_uninit;

/// Copies all of the content to a place of the same length. Up to 32 octets take no call, which
/// would take longer than the copy.
#[inline]
pub(super) fn copy(place: &mut [MaybeUninit<u8>], content: &[u8]) {
    match content.len() {
        0..8 => copy_few(place, content),
        8..16 => copy_ends::<8>(place, content),
        16..33 => copy_ends::<16>(place, content),
        33.. => place.copy_from_slice(as_uninit(content)),
    }
}

#[inline]
fn copy_few(place: &mut [MaybeUninit<u8>], content: &[u8]) {
    match content.len() {
        4.. => copy_ends::<4>(place, content),
        2.. => copy_ends::<2>(place, content),
        _ => copy_ends::<1>(place, content),
    }
}

/// Copies the first `N` and the last `N`: all, if there are no more than twice as many.
#[inline]
fn copy_ends<const N: usize>(place: &mut [MaybeUninit<u8>], content: &[u8]) {
    if let (Some(place), Some(content)) = (place.first_chunk_mut(), content.first_chunk::<N>()) {
        *place = content.map(MaybeUninit::new);
    }
    if let (Some(place), Some(content)) = (place.last_chunk_mut(), content.last_chunk::<N>()) {
        *place = content.map(MaybeUninit::new);
    }
}

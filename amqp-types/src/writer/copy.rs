//! Copies of content that is short, as most of it is.

/// Copies all of the content to a place of the same length. Up to 32 octets take no call, which
/// would take longer than the copy.
#[inline]
pub(crate) fn copy<T: Copy>(place: &mut [T], content: &[T]) {
    match content.len() {
        0..8 => copy_few(place, content),
        8..16 => copy_ends::<T, 8>(place, content),
        16..33 => copy_ends::<T, 16>(place, content),
        33.. => place.copy_from_slice(content),
    }
}

#[inline]
fn copy_few<T: Copy>(place: &mut [T], content: &[T]) {
    match content.len() {
        4.. => copy_ends::<T, 4>(place, content),
        2.. => copy_ends::<T, 2>(place, content),
        _ => copy_ends::<T, 1>(place, content),
    }
}

/// Copies the first `N` and the last `N`: all, if there are no more than twice as many.
#[inline]
fn copy_ends<T: Copy, const N: usize>(place: &mut [T], content: &[T]) {
    if let (Some(place), Some(content)) = (place.first_chunk_mut::<N>(), content.first_chunk()) {
        *place = *content;
    }
    if let (Some(place), Some(content)) = (place.last_chunk_mut::<N>(), content.last_chunk()) {
        *place = *content;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_of_every_length_is_copied_whole() {
        let content: [u8; 70] = core::array::from_fn(|i| u8::try_from(i).unwrap() + 1);
        for len in 0..content.len() {
            let mut place = [0; 70];
            copy(&mut place[..len], &content[..len]);
            assert_eq!(place[..len], content[..len]);
            assert_eq!(place[len..], [0; 70][len..]);
        }
    }
}

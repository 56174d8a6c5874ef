//! The keys of a composite that is a map: those that its type does not know.

use alloc::vec::Vec;

use crate::codec::Decode;
use crate::compound::MapReader;
use crate::error::{DecodeErrorKind, Failed};
use crate::reader::Reader;
use crate::value::ValueRef;

impl MapReader<'_, '_> {
    /// Steps out of the map.
    ///
    /// # Errors
    ///
    /// Octets left over inside the map; [`DecodeErrorKind::DuplicateKey`] if a key that the type does
    /// not know is there twice (section 1.6.23).
    #[inline]
    pub fn finish(self) -> Result<(), Failed> {
        match self.leave()? {
            Some((count, entries, reader)) => tell_apart(count, entries, reader),
            None => Ok(()),
        }
    }
}

/// Sees whether the keys of entries are distinct. Only the outlines of most of them were read.
#[cold]
#[inline(never)]
fn tell_apart<'a>(count: usize, entries: &'a [u8], reader: &mut Reader<'a>) -> Result<(), Failed> {
    let after = reader.rest();
    reader.go_to(entries);
    let mut keys: Vec<(ValueRef<'a>, &'a [u8])> = reader.room_for(count)?;
    for _ in 0..count {
        let at = reader.rest();
        let key = Reader::new(reader.raw()?).with_budget(reader.budget());
        // One that is no value is passed over, as all is that the type does not know.
        if let Ok(key) = ValueRef::from_reader(key) {
            keys.push((key, at));
        }
        reader.skip()?;
    }
    reader.go_to(after);
    // Of equal keys the first one, which has more octets behind it, comes first.
    keys.sort_unstable_by(|(a, at), (b, then)| a.cmp(b).then(then.len().cmp(&at.len())));
    let pairs = keys.iter().zip(keys.iter().skip(1));
    let again = pairs.filter(|((a, _), (b, _))| a == b).map(|(_, (_, key))| *key);
    match again.max_by_key(|key| key.len()) {
        Some(key) => Err(reader.error_in(key, DecodeErrorKind::DuplicateKey)),
        None => Ok(()),
    }
}

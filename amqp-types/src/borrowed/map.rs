//! Maps that borrow.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;

use super::counted::view;
use super::keys::{self, FEW, Few, Keys, Many};
use super::{Counted, Owned};
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode, decode_any};
use crate::compound::{MAP, OpenCompound, enter_map};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::Map;
use crate::reader::{Reader, behind};
use crate::writer::Writer;

/// A [`Map`] that borrows: a map that has been checked, its keys for being distinct too, and whose
/// entries are read one by one as they are asked for (section 1.6.23).
///
/// There is one case in which decoding it allocates, for a moment: more than 16 keys that do not
/// ascend are sorted to tell them apart. The reader's [`Budget`](crate::Budget) pays for that.
///
/// Keys that are all short strings, or all short symbols, are told apart by their octets: a type of
/// one's own whose values can be equal where those differ is no key here.
pub struct MapRef<'a, K, V> {
    octets: Counted<'a>,
    items: PhantomData<fn() -> (K, V)>,
}

/// The entries of a [`MapRef`].
#[derive(Clone)]
pub struct MapEntries<'a, K, V> {
    rest: &'a [u8],
    left: usize,
    items: PhantomData<fn() -> (K, V)>,
}

impl<K, V> MapRef<'_, K, V> {
    /// How many entries there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.split().0 / 2
    }

    /// Whether there are no entries.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, K: Decode<'a>, V: Decode<'a>> MapRef<'a, K, V> {
    /// The entries, in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> MapEntries<'a, K, V> {
        let (count, rest) = self.octets.split();
        MapEntries { rest, left: count / 2, items: PhantomData }
    }

    /// The value of a key. It is found by reading entry after entry.
    #[must_use]
    pub fn get<Q: Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.iter().find(|(own, _)| own.borrow() == key).map(|(_, value)| value)
    }
}

impl<'a, K: Decode<'a>, V: Decode<'a>> Iterator for MapEntries<'a, K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        self.left = self.left.checked_sub(1)?;
        // They were read before, so that they cannot fail now.
        // The pair is made where the value is read: see `fold`.
        if let Some((key, value)) = K::often(self.rest) {
            let (entry, rest) = V::hand(value, None, |_, value| Some((key, value)));
            self.rest = rest?;
            return entry;
        }
        let (key, rest) = K::again(self.rest)?;
        let (value, rest) = V::again(rest)?;
        self.rest = rest;
        Some((key, value))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    #[inline]
    fn fold<B, F: FnMut(B, (K, V)) -> B>(self, init: B, mut each: F) -> B {
        let (mut folded, mut rest) = (init, self.rest);
        for _ in 0..self.left {
            // Where its value is handed over, a key that goes into two registers waits for it there, and
            // so does one whose kind is known; any other one is read there, since it would be moved
            // through memory.
            let (next, behind) = if size_of::<K>() <= size_of::<&str>() {
                let Some((key, value)) = K::again(rest) else { break };
                V::hand(value, folded, |folded, value| each(folded, (key, value)))
            } else if let Some((key, value)) = K::often(rest) {
                V::hand(value, folded, |folded, value| each(folded, (key, value)))
            } else {
                let Some(value) = behind(rest) else { break };
                V::hand(value, folded, |folded, value| match K::again(rest) {
                    Some((key, _)) => each(folded, (key, value)),
                    None => folded,
                })
            };
            folded = next;
            let Some(behind) = behind else { break };
            rest = behind;
        }
        folded
    }
}

impl<'a: 'b, 'b, K: Decode<'a> + Copy + Ord, V: Decode<'a>> Decode<'a> for MapRef<'b, K, V> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Map);

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let octets = Counted::decode(constructor, Self::ACCEPTS, reader, |format, reader| {
            let (count, after) = enter_map(format, reader)?;
            check::<K, V>(count / 2, after, reader)
        })?;
        Ok(Self { octets, items: PhantomData })
    }

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        const MAP: u8 = Format::Map8.code();
        if let [MAP, data @ ..] = reader.rest()
            && let [size, count, entries @ ..] = data
            && let Some(len) = usize::from(*size).checked_sub(1)
            && let Some((entries, after)) = entries.split_at_checked(len)
            && count < size
            && count % 2 == 0
            && !reader.is_checked()
            && reader.enter_body(entries).is_some()
        {
            check::<K, V>(usize::from(count / 2), after, reader)?;
            let octets = data.get(..=usize::from(*size)).unwrap_or(data);
            return Ok(Self { octets: Counted(octets), items: PhantomData });
        }
        decode_any(reader)
    }
}

/// Checks so many entries, which the reader has entered, and steps out of them.
#[inline(never)]
fn check<'a, K: Decode<'a> + Copy + Ord, V: Decode<'a>>(
    len: usize,
    after: &'a [u8],
    reader: &mut Reader<'a>,
) -> Result<(), Failed> {
    let entries = reader.rest();
    let distinct = if len <= FEW {
        check_entries::<K, V>(len, Few::new(entries), reader)?
    } else {
        check_entries::<K, V>(len, Many::new(entries), reader)?
    };
    reader.leave(after)?;
    if distinct || reader.finds_cut() { Ok(()) } else { keys::check::<K>(len, entries, reader) }
}

/// Checks so many entries, and says whether their keys are seen to be distinct.
#[inline]
fn check_entries<'a, K: Decode<'a>, V: Decode<'a>>(
    len: usize,
    mut keys: impl Keys<'a>,
    reader: &mut Reader<'a>,
) -> Result<bool, Failed> {
    let mut rest = reader.rest();
    for _ in 0..len {
        let value = match K::often(rest) {
            Some((_, value)) => value,
            None => check_at::<K>(rest, reader)?,
        };
        keys.add(rest);
        rest = check_at::<V>(value, reader)?;
    }
    reader.go_to(rest);
    Ok(keys.are_distinct())
}

/// Checks a value that begins these octets, as [`Decode::check_values`] does, and gives what is behind
/// it. The reader is asked only where a glance does not do: octets that it need not be told of stay in
/// registers.
#[inline]
fn check_at<'a, T: Decode<'a>>(
    octets: &'a [u8],
    reader: &mut Reader<'a>,
) -> Result<&'a [u8], Failed> {
    match T::behind(octets) {
        Some(rest) => Ok(rest),
        None => check_rare::<T>(octets, reader),
    }
}

#[inline(never)]
fn check_rare<'a, T: Decode<'a>>(
    octets: &'a [u8],
    reader: &mut Reader<'a>,
) -> Result<&'a [u8], Failed> {
    reader.go_to(octets);
    T::check_values(1, reader)?;
    Ok(reader.rest())
}

impl<'a, K: Decode<'a> + Encode, V: Decode<'a> + Encode> MapRef<'a, K, V> {
    fn encode_entries(&self, writer: &mut Writer<'_>) {
        for (key, value) in *self {
            key.encode(writer);
            value.encode(writer);
        }
    }
}

impl<'a, K: Decode<'a> + Encode, V: Decode<'a> + Encode> Encode for MapRef<'a, K, V> {
    fn encode(&self, writer: &mut Writer<'_>) {
        let count = self.len() * 2;
        let map = OpenCompound::begin(MAP, count, writer);
        self.encode_entries(writer);
        map.end(count, writer);
    }
}

impl<'a, K: Decode<'a> + Encode, V: Decode<'a> + Encode> ArrayItem for MapRef<'a, K, V> {
    const FORMATS: &'static [Format] = &[MAP.0, MAP.1];

    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        let map = OpenCompound::begin_data(MAP, format, writer);
        self.encode_entries(writer);
        map.end_data(self.len() * 2, writer)
    }
}

impl<K: Owned, V: Owned> Owned for Map<K, V>
where
    for<'a> K::Borrowed<'a>: Ord,
{
    type Borrowed<'a> = MapRef<'a, K::Borrowed<'a>, V::Borrowed<'a>>;

    fn from_borrowed<'a>(borrowed: MapRef<'a, K::Borrowed<'a>, V::Borrowed<'a>>) -> Self {
        let owned = |(key, value)| (K::from_borrowed(key), V::from_borrowed(value));
        Self::of_distinct(borrowed.iter().map(owned).collect())
    }
}

view!(MapRef<K, V>, MapEntries, (K, V), debug_map);

//! Maps that borrow.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;

use super::distinct::ShortKeys;
use super::items::view;
use super::{Entries, Owned, ViewItems};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};
use crate::keys;
use crate::primitive::Map;
use crate::reader::{RawCompound, Reader};
use crate::writer::{MAP, Writer};

/// A [`Map`] that borrows. All of it is validated when it is decoded, and its keys are distinct; the
/// entries are decoded one by one as they are read (section 1.6.23).
///
/// Decoding allocates temporarily if the keys must be collected to find duplicates: if they are not in
/// ascending order, and are more than 128 or not all short strings or all short symbols. The
/// [`Budget`](crate::Budget) is charged for it.
///
/// Keys that are all short strings, or all short symbols, are compared by their octets: do not use a key
/// type with equal values of different octets.
pub struct MapRef<'a, K, V> {
    octets: RawCompound<'a>,
    items: PhantomData<fn() -> (K, V)>,
}

/// The entries of a [`MapRef`].
pub type MapEntries<'a, K, V> = ViewItems<'a, Entries<K, V>>;

impl<K, V> MapRef<'_, K, V> {
    /// Returns the number of entries.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.split().0 / 2
    }

    /// Returns whether there are no entries.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, K: Decode<'a>, V: Decode<'a>> MapRef<'a, K, V> {
    /// Returns an iterator over the entries, in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> MapEntries<'a, K, V> {
        let (count, entries) = self.octets.split();
        ViewItems::new(count / 2, entries, Entries::new())
    }

    /// Returns the value of a key. It is found by decoding one entry after another.
    #[must_use]
    pub fn get<Q: Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.iter().find(|(own, _)| own.borrow() == key).map(|(_, value)| value)
    }

    /// Returns whether a key is in the map. It is found by decoding one entry after another.
    #[must_use]
    pub fn contains_key<Q: Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// Returns an iterator over the keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = K> + Clone + use<'a, K, V> {
        self.iter().map(|(key, _)| key)
    }

    /// Returns an iterator over the values, in the order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = V> + Clone + use<'a, K, V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<'de: 'b, 'b, K: Decode<'de> + Copy + Ord, V: Decode<'de>> Decode<'de> for MapRef<'b, K, V> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Map);

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        if reader.is_trusted() {
            let octets = reader.compound(constructor.format())?;
            return Ok(Self { octets, items: PhantomData });
        }
        let octets = reader.map(constructor.format())?;
        let (count, entries) = octets.split();
        reader.items(entries, |reader| validate::<K, V>(count / 2, reader))?;
        Ok(Self { octets, items: PhantomData })
    }
}

/// Validates entries, the distinctness of their keys included.
#[inline]
fn validate<'de, K: Decode<'de> + Ord, V: Decode<'de>>(
    count: usize,
    reader: &mut Reader<'_, 'de>,
) -> Result<(), Failed> {
    if count <= ShortKeys::<FEW>::MOST {
        validate_with::<FEW, K, V>(count, reader)
    } else {
        reader.outlined(|reader| validate_many::<K, V>(count, reader))
    }
}

/// Validates many entries. If they are in another map of many entries, their keys are collected afterwards:
/// only one of the large tables is on the stack while values nest.
#[inline(never)]
fn validate_many<'de, K: Decode<'de> + Ord, V: Decode<'de>>(
    count: usize,
    reader: &mut Reader<'_, 'de>,
) -> Result<(), Failed> {
    if reader.enter_large_map() {
        validate_outermost::<K, V>(count, reader)?;
        reader.leave_large_map();
        return Ok(());
    }
    let entries = reader.remaining();
    let octets_of_keys = decode_entries::<K, V>(count, reader, |_| {})?;
    let distinct = ShortKeys::<MANY>::are_all_distinct(count, entries);
    check_keys::<K>(count, entries, distinct, octets_of_keys, reader)
}

/// The number of slots of the table for small maps: clearing a larger one takes longer than decoding them.
pub(super) const FEW: usize = 32;

/// The number of slots of the table for other maps.
pub(super) const MANY: usize = 256;

#[inline(never)]
fn validate_outermost<'de, K: Decode<'de> + Ord, V: Decode<'de>>(
    count: usize,
    reader: &mut Reader<'_, 'de>,
) -> Result<(), Failed> {
    validate_with::<MANY, K, V>(count, reader)
}

fn validate_with<'de, const SLOTS: usize, K: Decode<'de> + Ord, V: Decode<'de>>(
    count: usize,
    reader: &mut Reader<'_, 'de>,
) -> Result<(), Failed> {
    let entries = reader.remaining();
    let mut short = ShortKeys::<SLOTS>::new(count, entries);
    let octets_of_keys = decode_entries::<K, V>(count, reader, |key| short.add(key))?;
    check_keys::<K>(count, entries, short.are_distinct(), octets_of_keys, reader)
}

/// Decodes entries, and calls a function with the octets that begin with each key. Returns how much work it
/// is to compare each key once.
#[inline]
fn decode_entries<'de, K: Decode<'de>, V: Decode<'de>>(
    count: usize,
    reader: &mut Reader<'_, 'de>,
    mut collect: impl FnMut(&[u8]),
) -> Result<usize, Failed> {
    let mut octets_of_keys = 0;
    for _ in 0..count {
        let key = reader.remaining();
        reader.outlined(K::decode)?;
        octets_of_keys += keys::work(key, key.len() - reader.remaining().len());
        collect(key);
        reader.outlined(V::decode)?;
    }
    Ok(octets_of_keys)
}

/// Checks that the keys of entries are distinct, unless they are known to be.
#[inline]
fn check_keys<'de, K: Decode<'de> + Ord>(
    count: usize,
    entries: &'de [u8],
    distinct: bool,
    octets_of_keys: usize,
    reader: &mut Reader<'_, 'de>,
) -> Result<(), Failed> {
    if count < 2 || distinct {
        return Ok(());
    }
    reader.charge_comparisons(count, octets_of_keys)?;
    reader.outlined(|reader| compare_keys::<K>(count, entries, reader))
}

/// Compares the keys of entries that have been validated.
#[cold]
#[inline(never)]
fn compare_keys<'de, K: Decode<'de> + Ord>(
    count: usize,
    entries: &'de [u8],
    reader: &mut Reader<'_, 'de>,
) -> Result<(), Failed> {
    let keys = || {
        let mut reader = Reader::trusted(entries);
        (0..count).map_while(move |_| {
            let key = K::decode(&mut reader).ok()?;
            reader.skip().ok()?;
            Some(key)
        })
    };
    if keys().is_sorted_by(|a, b| a < b) {
        return Ok(());
    }
    reader.charge_octets(count.saturating_mul(size_of::<K>() + size_of::<(&K, usize)>()))?;
    let keys: alloc::vec::Vec<K> = keys().collect();
    let Some(index) = keys::first_duplicate(&keys, |key| key) else {
        return Ok(());
    };
    // The positions of keys were not kept, so that the entries before this one are skipped.
    let mut reader_at_key = Reader::trusted(entries);
    let skipped = (0..index * 2).try_for_each(|_| reader_at_key.skip());
    let key = skipped.map_or(entries, |()| reader_at_key.remaining());
    Err(reader.error_in(key, DecodeErrorKind::DuplicateKey))
}

impl<'a, K: Decode<'a> + Encode, V: Decode<'a> + Encode> MapRef<'a, K, V> {
    /// Writes the entries, and returns how many keys and values there were: fewer if a type cannot decode
    /// one again.
    #[inline]
    fn encode_entries(&self, writer: &mut Writer<'_>) -> usize {
        self.iter().fold(0, |count, (key, value)| {
            key.encode(writer);
            value.encode(writer);
            count + 2
        })
    }
}

impl<'a, K: Decode<'a> + Encode, V: Decode<'a> + Encode> Encode for MapRef<'a, K, V> {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.compound(MAP, self.len() * 2, |writer| self.encode_entries(writer));
    }
}

impl<'a, K: Decode<'a> + Encode, V: Decode<'a> + Encode> ArrayItem for MapRef<'a, K, V> {
    const FORMATS: &'static [Format] = &[MAP.narrow, MAP.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        writer.compound_value(MAP, format, |writer| self.encode_entries(writer))
    }
}

impl<K: Owned, V: Owned> Owned for Map<K, V>
where
    for<'a> K::Ref<'a>: Ord,
{
    type Ref<'a> = MapRef<'a, K::Ref<'a>, V::Ref<'a>>;

    fn from_ref<'a>(borrowed: MapRef<'a, K::Ref<'a>, V::Ref<'a>>) -> Self {
        let owned = |(key, value)| (K::from_ref(key), V::from_ref(value));
        Self::of_distinct(borrowed.iter().map(owned).collect())
    }
}

view!(MapRef<K, V>, MapEntries, (K, V), debug_map);

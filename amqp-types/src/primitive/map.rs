//! `map` (section 1.6.23): `0xc1` with size and count of one octet each, or `0xd1` with size and
//! count of four; then keys and values in turn, and the count counts both.

use alloc::vec::{self, Vec};
use core::borrow::Borrow;
use core::fmt;
use core::slice;

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};
use crate::keys;
use crate::reader::{Reader, push};
use crate::writer::{MAP, Writer};

/// Distinct keys, each with a value, in the order in which they were inserted or decoded. Two maps are
/// equal only if their order is too, because the order is significant on the wire (section 1.6.23).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Map<K, V>(Vec<(K, V)>);

/// The error of making a map of entries in which a key appears twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The index of the first entry whose key is that of an earlier entry.
    pub index: usize,
}

impl fmt::Display for DuplicateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key of entry {} is already in the map", self.index)
    }
}

impl core::error::Error for DuplicateKey {}

impl<K, V> Map<K, V> {
    /// Creates an empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no entries.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an iterator over the entries, in order.
    pub fn iter(&self) -> slice::Iter<'_, (K, V)> {
        self.0.iter()
    }

    fn entries(&self) -> impl ExactSizeIterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Returns the value of a key, in linear time.
    pub fn get<Q: Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.iter().find(|(own, _)| own.borrow() == key).map(|(_, value)| value)
    }

    /// Sets the value of a key, in linear time. Returns the value that it replaces; a new key goes after the
    /// last entry.
    pub fn insert(&mut self, key: K, value: V) -> Option<V>
    where
        K: Eq,
    {
        match self.0.iter_mut().find(|(own, _)| *own == key) {
            Some((_, own)) => Some(core::mem::replace(own, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// Removes a key, in linear time. Returns its value.
    pub fn remove<Q: Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let index = self.0.iter().position(|(own, _)| own.borrow() == key)?;
        Some(self.0.remove(index).1)
    }
}

impl<K, V> Map<K, V> {
    /// Creates a map from entries whose keys are known to be distinct.
    pub(crate) const fn of_distinct(entries: Vec<(K, V)>) -> Self {
        Self(entries)
    }

    /// Converts the keys to another type, in which they must be distinct too. This is not checked, because
    /// comparing each key with all before it takes too long for a large map from a peer.
    pub(crate) fn with_keys<L>(self, key: impl Fn(K) -> L) -> Map<L, V> {
        Map(self.0.into_iter().map(|(own, value)| (key(own), value)).collect())
    }
}

impl<K: Encode, V: Encode> Encode for Map<K, V> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        encode_map(self.entries(), writer);
    }
}

impl<K: Encode, V: Encode> ArrayItem for Map<K, V> {
    const FORMATS: &'static [Format] = &[MAP.narrow, MAP.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        encode_map_value(self.entries(), format, writer)
    }
}

/// Writes entries as a map.
#[inline]
pub(crate) fn encode_map<K: Encode, V: Encode>(
    entries: impl ExactSizeIterator<Item = (K, V)>,
    writer: &mut Writer<'_>,
) {
    let count = entries.len() * 2;
    writer.compound(MAP, count, |writer| {
        encode_entries(entries, writer);
        count
    });
}

/// Writes entries as the data of a map that is an item of an array. Returns whether it fits the
/// format.
#[inline]
pub(crate) fn encode_map_value<K: Encode, V: Encode>(
    entries: impl ExactSizeIterator<Item = (K, V)>,
    format: Format,
    writer: &mut Writer<'_>,
) -> bool {
    let count = entries.len() * 2;
    writer.compound_value(MAP, format, |writer| {
        encode_entries(entries, writer);
        count
    })
}

/// Writes keys and values in turn, to a copy of the writer that stays in registers.
fn encode_entries<K: Encode, V: Encode>(
    entries: impl Iterator<Item = (K, V)>,
    writer: &mut Writer<'_>,
) {
    let (mut copy, len) = writer.lend();
    for (key, value) in entries {
        key.encode(&mut copy);
        value.encode(&mut copy);
    }
    *len = copy.len();
}

impl<'de, K: Decode<'de> + Ord, V: Decode<'de>> Decode<'de> for Map<K, V> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Map);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let (count, octets) = reader.map(constructor.format())?.split();
        reader.items(octets, |reader| {
            let (mut entries, mut octets_of_keys) = (reader.vec_with_capacity(count / 2)?, 0);
            for _ in 0..count / 2 {
                let start = reader.remaining();
                let key = reader.outlined(K::decode)?;
                octets_of_keys += keys::work(start, start.len() - reader.remaining().len());
                push(&mut entries, (key, reader.outlined(V::decode)?));
            }
            reader.charge_comparisons(entries.len(), octets_of_keys)?;
            Self::try_from(entries).map_err(|DuplicateKey { index }| {
                // The positions of keys were not kept, so that the entries before this one are skipped.
                let mut entries = Reader::trusted(octets);
                let skipped = (0..index * 2).try_for_each(|_| entries.skip());
                let key = skipped.map_or(octets, |()| entries.remaining());
                reader.error_in(key, DecodeErrorKind::DuplicateKey)
            })
        })
    }
}

impl<K: Ord, V> TryFrom<Vec<(K, V)>> for Map<K, V> {
    type Error = DuplicateKey;

    fn try_from(entries: Vec<(K, V)>) -> Result<Self, DuplicateKey> {
        match keys::first_duplicate(&entries, |(key, _)| key) {
            Some(index) => Err(DuplicateKey { index }),
            None => Ok(Self(entries)),
        }
    }
}

impl<K: Ord, V, const N: usize> TryFrom<[(K, V); N]> for Map<K, V> {
    type Error = DuplicateKey;

    fn try_from(entries: [(K, V); N]) -> Result<Self, DuplicateKey> {
        Self::try_from(Vec::from(entries))
    }
}

/// If a key appears more than once, the last of its values is kept.
impl<K: Eq, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Eq, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'m, K, V> IntoIterator for &'m Map<K, V> {
    type Item = &'m (K, V);
    type IntoIter = slice::Iter<'m, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::format;
    use alloc::string::String;

    use super::*;
    use crate::error::EncodeError;
    use crate::primitive::{Array, Symbol};
    use crate::testing::{decodes_from, encodes_to, refuses};
    use crate::value::{ArrayValue, Value};

    fn counted(len: u32) -> Map<u32, ()> {
        (0..len).map(|key| (key + 1000, ())).collect()
    }

    #[test]
    fn typed_maps_of_all_values_are_encoded() {
        let text = || Value::String("abc".into());
        let map = Value::Map(Map::try_from([(text(), text())]).unwrap());
        let deep = (0..9).fold(map.clone(), |value, _| Value::List(vec![value, text()]));
        let array = Value::Array(Box::new(ArrayValue::new(Primitive::String, vec![]).unwrap()));
        for last in [text(), map, deep, array, Value::described(1u64, text())] {
            let typed: Map<Symbol, Value> =
                [(Symbol::from_static("a"), text()), (Symbol::from_static("b"), last.clone())]
                    .into_iter()
                    .collect();
            let mut octets = vec![0xc1, 0, 4];
            for (key, value) in typed.entries() {
                octets.extend(key.to_bytes().unwrap());
                octets.extend(value.to_bytes().unwrap());
            }
            octets[1] = u8::try_from(octets.len() - 2).unwrap();
            assert_eq!(typed.to_bytes().unwrap(), octets);
            let mut room = vec![0xee; octets.len()];
            for limit in 0..octets.len() {
                let too_long = EncodeError::TooLong { octets: octets.len(), limit };
                assert_eq!(typed.encode_to_slice(&mut room[..limit]), Err(too_long));
            }
            assert_eq!(typed.encode_to_slice(&mut room).unwrap(), octets);
        }
    }

    #[test]
    fn count_and_size_decide_the_encoding() {
        encodes_to(Map::<u8, u8>::new(), "c1 01 00");
        encodes_to(Map::try_from([(1u8, true)]).unwrap(), "c1 04 02 50 01 41");
        encodes_to(
            Map::try_from([(Symbol::from_static("b"), 1u32), (Symbol::from_static("a"), 2)])
                .unwrap(),
            "c1 0b 04 a3 01 62 52 01 a3 01 61 52 02",
        );
        assert_eq!(counted(42).to_bytes().unwrap()[..3], [0xc1, 253, 84]);
        assert_eq!(counted(43).to_bytes().unwrap()[..9], [0xd1, 0, 0, 1, 6, 0, 0, 0, 86]);
        decodes_from(Map::<u8, u8>::new(), "d1 00000004 00000000");
        encodes_to(Array(vec![Map::try_from([(1u8, ())]).unwrap()]), "e0 07 01 c1 04 02 50 01 40");
    }

    #[test]
    fn keys_are_distinct_by_value_in_any_encoding_and_number() {
        refuses::<Map<u32, ()>>(
            "c1 07 04 52 01 40 52 01 40",
            "the map has the same key twice (octet 6)",
        );
        refuses::<Map<u32, ()>>(
            "c1 06 04 43 40 52 00 40",
            "the map has the same key twice (octet 5)",
        );
        for len in [2u32, 16, 17, 1000] {
            let mut entries: Vec<_> = (0..len).rev().map(|key| (key, ())).collect();
            assert!(Map::try_from(entries.clone()).is_ok());
            entries[0].0 = 0;
            let error = Map::try_from(entries).unwrap_err();
            assert_eq!(error.index, len as usize - 1);
        }
    }

    #[test]
    fn wrong_sizes_and_counts_are_errors() {
        refuses::<Map<u8, u8>>("c1 00 00", "the size is too small for its content (octet 1)");
        refuses::<Map<u8, u8>>("c1 03 01 50 01", "the map has a key without a value (octet 3)");
        refuses::<Map<u8, u8>>(
            "d1 ffffffff ffffffff",
            "the size or count exceeds the octets that remain (octet 1)",
        );
    }

    #[test]
    fn it_is_used_like_a_map() {
        let mut map: Map<String, u32> = Map::new();
        assert_eq!(map.insert("a".into(), 1), None);
        assert_eq!(map.insert("a".into(), 2), Some(1));
        assert_eq!(map.get("a"), Some(&2));
        assert_eq!(map.remove("a"), Some(2));
        assert!(map.is_empty(), "{}", format!("{map:?}"));
    }
}

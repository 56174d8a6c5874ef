//! `map` (section 1.6.23): `0xc1` with size and count of one octet each, or `0xd1` with size and
//! count of four; then keys and values in turn, and the count counts both.

mod entry;
mod iter;

use alloc::vec::{self, Vec};
use core::borrow::Borrow;
use core::fmt;
use core::ops::Index;

pub use self::entry::{Entry, OccupiedEntry, VacantEntry};
pub use self::iter::{Iter, IterMut};

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
///
/// It is used like the maps of `std`. A key is found by comparing it with one key after another, in
/// linear time: the maps of messages are short.
///
/// ```
/// use amqp_types::Map;
///
/// let mut stock = Map::from([("kettle", 3), ("pot", 0)]);
/// stock.insert("pan", 5);
/// *stock.entry("kettle").or_insert(0) += 1;
/// stock.retain(|_, count| *count > 0);
///
/// assert!(!stock.contains_key("pot"));
/// assert_eq!((stock.get("pan"), stock["kettle"]), (Some(&5), 4));
/// for (_, count) in &mut stock {
///     *count *= 2;
/// }
/// assert_eq!(stock.into_iter().collect::<Vec<_>>(), [("kettle", 8), ("pan", 10)]);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns an iterator over the entries, in order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter(self.0.iter())
    }

    /// Returns an iterator over the entries, in order, whose values can be changed.
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        IterMut(self.0.iter_mut())
    }

    /// Returns an iterator over the keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.0.iter().map(|(key, _)| key)
    }

    /// Returns an iterator over the values, in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    /// Returns an iterator over the values, in the order of their keys, which can be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Returns the value of a key, in linear time.
    pub fn get<Q: Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.iter().find(|(own, _)| own.borrow() == key).map(|(_, value)| value)
    }

    /// Returns the value of a key, to change it, in linear time.
    pub fn get_mut<Q: Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.iter_mut().find(|(own, _)| (*own).borrow() == key).map(|(_, value)| value)
    }

    /// Returns whether a key is in the map, in linear time.
    pub fn contains_key<Q: Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// Returns the place of a key, to look at its value, change it or insert one, in linear time.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V>
    where
        K: Eq,
    {
        Entry::new(&mut self.0, key)
    }

    /// Keeps only the entries for which a function returns `true`.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }

    /// Sets the value of a key, in linear time. Returns the value that it replaces; a new key goes after the
    /// last entry.
    pub fn insert(&mut self, key: K, value: V) -> Option<V>
    where
        K: Eq,
    {
        match self.entry(key) {
            Entry::Occupied(mut entry) => Some(entry.insert(value)),
            Entry::Vacant(entry) => {
                entry.insert(value);
                None
            }
        }
    }

    /// Removes a key, in linear time. Returns its value. The entries after it keep their order.
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
        encode_map(self.iter(), writer);
    }
}

impl<K: Encode, V: Encode> ArrayItem for Map<K, V> {
    const FORMATS: &'static [Format] = &[MAP.narrow, MAP.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        encode_map_value(self.iter(), format, writer)
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

/// Makes a map of entries whose keys must be distinct, in time that grows little faster than their number.
impl<K: Ord, V> TryFrom<Vec<(K, V)>> for Map<K, V> {
    type Error = DuplicateKey;

    fn try_from(entries: Vec<(K, V)>) -> Result<Self, DuplicateKey> {
        match keys::first_duplicate(&entries, |(key, _)| key) {
            Some(index) => Err(DuplicateKey { index }),
            None => Ok(Self(entries)),
        }
    }
}

/// Collects entries one by one, which takes quadratic time: for very many, make a `Map` of a `Vec`. If a key
/// appears more than once, the last of its values is kept, at the first of its places.
impl<K: Eq, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

/// As collecting does, keeps the last value of a key that appears more than once.
impl<K: Eq, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        Self::from_iter(entries)
    }
}

impl<K: Eq, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

/// # Panics
///
/// Indexing panics if the key is not in the map. [`get`](Map::get) does not.
impl<K: Borrow<Q>, Q: Eq + ?Sized, V> Index<&Q> for Map<K, V> {
    type Output = V;

    #[expect(clippy::expect_used, reason = "as indexing the maps of `std`")]
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("the map has no such key")
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
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
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, K, V>;

    fn into_iter(self) -> Iter<'m, K, V> {
        self.iter()
    }
}

impl<'m, K, V> IntoIterator for &'m mut Map<K, V> {
    type Item = (&'m K, &'m mut V);
    type IntoIter = IterMut<'m, K, V>;

    fn into_iter(self) -> IterMut<'m, K, V> {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::format;
    use alloc::string::{String, ToString};

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
        let map = Value::Map(Map::from([(text(), text())]));
        let deep = (0..9).fold(map.clone(), |value, _| Value::List(vec![value, text()]));
        let array = Value::Array(Box::new(ArrayValue::new(Primitive::String, vec![]).unwrap()));
        for last in [text(), map, deep, array, Value::described(1u64, text())] {
            let typed: Map<Symbol, Value> =
                [(Symbol::from_static("a"), text()), (Symbol::from_static("b"), last.clone())]
                    .into_iter()
                    .collect();
            let mut octets = vec![0xc1, 0, 4];
            for (key, value) in &typed {
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
        encodes_to(Map::from([(1u8, true)]), "c1 04 02 50 01 41");
        encodes_to(
            Map::from([(Symbol::from_static("b"), 1u32), (Symbol::from_static("a"), 2)]),
            "c1 0b 04 a3 01 62 52 01 a3 01 61 52 02",
        );
        assert_eq!(counted(42).to_bytes().unwrap()[..3], [0xc1, 253, 84]);
        assert_eq!(counted(43).to_bytes().unwrap()[..9], [0xd1, 0, 0, 1, 6, 0, 0, 0, 86]);
        decodes_from(Map::<u8, u8>::new(), "d1 00000004 00000000");
        encodes_to(Array(vec![Map::from([(1u8, ())])]), "e0 07 01 c1 04 02 50 01 40");
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
        assert_eq!((map.get("a"), map.get("b"), map["a"]), (Some(&2), None, 2));
        map.get_mut("a").into_iter().for_each(|value| *value += 1);
        map.extend([("b".into(), 7), ("a".into(), 4)]);
        assert_eq!(format!("{map:?}"), r#"{"a": 4, "b": 7}"#);
        map.values_mut().for_each(|value| *value += 1);
        map.iter_mut().for_each(|(_, value)| *value *= 10);
        assert!(map.keys().eq(["a", "b"]) && map.values().rev().eq(&[80, 50]));
        assert!(map.iter().rev().map(|(key, _)| key).eq(["b", "a"]));
        map.retain(|key, _| key == "b");
        assert!(map.contains_key("b") && !map.contains_key("a"));
        assert_eq!(map.remove("b"), Some(80));
        assert_eq!((map.remove("b"), map.is_empty()), (None, true));
    }

    #[test]
    fn the_last_value_of_a_key_is_kept_at_its_first_place() {
        let map = Map::from([("a", 1), ("b", 2), ("a", 3)]);
        assert!(map.iter().eq([(&"a", &3), (&"b", &2)]));
        assert_eq!(map, [("a", 3), ("b", 2)].into_iter().collect());
        let twice = Map::try_from(Vec::from([("a", 1), ("a", 3)]));
        assert_eq!(twice.unwrap_err().to_string(), "the key of entry 1 is already in the map");
    }

    #[test]
    #[should_panic(expected = "the map has no such key")]
    fn an_index_that_is_no_key_panics() {
        let _ = Map::from([("a", 1)])["b"];
    }

    #[test]
    fn entries_are_looked_at_changed_inserted_and_removed() {
        let mut map = Map::from([("a", 1), ("b", 2), ("c", 3)]);
        assert_eq!(map.entry("b").key(), &"b");
        assert_eq!(*map.entry("b").and_modify(|value| *value += 5).or_insert(0), 7);
        assert_eq!(*map.entry("d").and_modify(|value| *value += 5).or_insert_with(|| 4), 4);
        let Entry::Occupied(mut entry) = map.entry("a") else { panic!("it is in the map") };
        assert_eq!((*entry.key(), *entry.get(), entry.insert(9)), ("a", 1, 1));
        assert_eq!(entry.remove(), 9);
        let Entry::Vacant(entry) = map.entry("a") else { panic!("it has been removed") };
        assert_eq!((*entry.key(), entry.into_key()), ("a", "a"));
        assert_eq!(map, Map::from([("b", 7), ("c", 3), ("d", 4)]));
        map.clear();
        assert!(map.is_empty());
    }
}

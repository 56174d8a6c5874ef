//! Fields that take no value, one or several (section 1.4).

mod mandatory;

use alloc::vec::{self, Vec};
use core::{fmt, mem, slice};

pub use self::mandatory::MandatoryMultiple;
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::Array;
use crate::reader::Reader;
use crate::writer::Writer;

/// Returns the constructors of one or several values of a type.
const fn several(one: &Accepts) -> Accepts {
    assert!(
        !one.contains_primitive(Primitive::Array),
        "a type that is an array cannot be `Multiple`: several would be an array of arrays, and so \
         can one be"
    );
    one.or(Primitive::Array)
}

/// No value, one, or several values of one type.
///
/// No value is encoded as null, one as itself, several as an array (section 1.4). An empty array is decoded
/// as no value, and an array of one as that one: they mean the same.
///
/// ```
/// use amqp_types::Multiple;
///
/// let mut tags: Multiple<&str> = "red".into();
/// tags.extend(["blue"]);
/// assert_eq!(tags, ["red", "blue"].into());
/// assert_eq!(Multiple::<u32>::from(None), Multiple::NONE);
/// ```
///
/// Several values are an [`Array`], or an [`ArrayRef`](crate::ArrayRef) in the borrowed form,
/// [`MultipleRef`](crate::MultipleRef).
///
/// The type itself must not be an array, because one value and several could not be distinguished then:
///
/// ```compile_fail,E0080
/// use amqp_types::{Array, Decode, Multiple};
///
/// Multiple::<Array<u32>>::from_bytes(b"\xe0\x03\x01\x52\x01");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Multiple<T, A = Array<T>>(Inner<T, A>);

/// One value needs no allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Inner<T, A> {
    One(T),
    /// None, or at least two.
    Others(A),
}

/// An array that holds several values: an [`Array`] or an [`ArrayRef`](crate::ArrayRef).
pub trait Several<T>: Sized {
    /// Returns the number of values.
    fn count(&self) -> usize;

    /// Returns the only value, or the array if it does not have exactly one.
    ///
    /// # Errors
    ///
    /// Returns the array if it has no value or several.
    fn into_only(self) -> Result<T, Self>;
}

impl<T> Several<T> for Array<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn into_only(mut self) -> Result<T, Self> {
        match (self.pop(), self.is_empty()) {
            (Some(only), true) => Ok(only),
            (last, _) => {
                self.extend(last);
                Err(self)
            }
        }
    }
}

impl<T, A: Several<T>> Multiple<T, A> {
    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Inner::One(_) => 1,
            Inner::Others(array) => array.count(),
        }
    }

    /// Returns whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the one value, or the array of none or several.
    #[inline]
    pub(crate) const fn one_or_array(&self) -> Result<&T, &A> {
        match &self.0 {
            Inner::One(value) => Ok(value),
            Inner::Others(array) => Err(array),
        }
    }

    fn from_array(array: A) -> Self {
        Self(array.into_only().map_or_else(Inner::Others, Inner::One))
    }
}

/// Shows the values as a list or as their array.
impl<T: fmt::Debug, A: fmt::Debug> fmt::Debug for Multiple<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::One(value) => f.debug_list().entry(value).finish(),
            Inner::Others(array) => array.fmt(f),
        }
    }
}

impl<T> Multiple<T> {
    /// No value.
    pub const NONE: Self = Self(Inner::Others(Array(Vec::new())));

    /// Creates a `Multiple` with one value.
    #[must_use]
    pub const fn one(value: T) -> Self {
        Self(Inner::One(value))
    }

    /// Returns the values, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        match &self.0 {
            Inner::One(value) => slice::from_ref(value),
            Inner::Others(values) => values,
        }
    }

    /// Returns an iterator over the values, in order.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.as_slice().iter()
    }

    /// Returns an iterator over the values, in order, which can be changed.
    pub fn iter_mut(&mut self) -> slice::IterMut<'_, T> {
        match &mut self.0 {
            Inner::One(value) => slice::from_mut(value),
            Inner::Others(values) => values,
        }
        .iter_mut()
    }

    /// Returns whether one of the values equals `value`.
    pub fn contains<U: ?Sized>(&self, value: &U) -> bool
    where
        T: PartialEq<U>,
    {
        self.iter().any(|own| own == value)
    }
}

impl<T: ArrayItem, A: Several<T> + Encode> Encode for Multiple<T, A> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        match &self.0 {
            Inner::One(value) => value.encode(writer),
            Inner::Others(array) if array.count() == 0 => writer.format(Format::Null),
            Inner::Others(array) => array.encode(writer),
        }
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.is_empty()
    }
}

impl<'de, T: Decode<'de>, A: Several<T> + Decode<'de> + Default> Decode<'de> for Multiple<T, A> {
    const ACCEPTS: &'static Accepts = &several(T::ACCEPTS).or(Primitive::Null);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        // A type that accepts null itself gets its value.
        if T::ACCEPTS.contains(&constructor) {
            return T::decode_value(constructor, reader).map(|value| Self(Inner::One(value)));
        }
        match constructor.format().primitive() {
            Primitive::Null if !constructor.is_described() => Ok(Self::default()),
            Primitive::Array if !constructor.is_described() => {
                A::decode_value(constructor, reader).map(Self::from_array)
            }
            _ => Err(reader.unexpected(&constructor, Self::ACCEPTS)),
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        const NULL: u8 = Format::Null.code();
        match reader.remaining() {
            [NULL, remaining @ ..] if !T::ACCEPTS.contains_primitive(Primitive::Null) => {
                reader.advance_to(remaining, 1);
                Ok(Self::default())
            }
            _ => reader.decode_slow(),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// Creates a `Multiple` without a value.
impl<T, A: Default> Default for Multiple<T, A> {
    fn default() -> Self {
        Self(Inner::Others(A::default()))
    }
}

/// Creates a `Multiple` with one value. From an array, a vector or an option, name the type of the values, as in
/// `Multiple::<u32>::from([1, 2])`: the array could also be the one value.
impl<T> From<T> for Multiple<T> {
    fn from(value: T) -> Self {
        Self::one(value)
    }
}

/// Creates a `Multiple` with one value or none.
impl<T> From<Option<T>> for Multiple<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NONE, Self::one)
    }
}

impl<T, const N: usize> From<[T; N]> for Multiple<T> {
    fn from(values: [T; N]) -> Self {
        Self::from(Vec::from(values))
    }
}

impl<T> From<Vec<T>> for Multiple<T> {
    fn from(values: Vec<T>) -> Self {
        Self::from_array(Array(values))
    }
}

impl<T> FromIterator<T> for Multiple<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::from_array(values.into_iter().collect())
    }
}

impl<T> Extend<T> for Multiple<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        *self = mem::take(self).into_iter().chain(values).collect();
    }
}

impl<T> IntoIterator for Multiple<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Inner::One(value) => Vec::from([value]).into_iter(),
            Inner::Others(Array(values)) => values.into_iter(),
        }
    }
}

impl<'m, T> IntoIterator for &'m Multiple<T> {
    type Item = &'m T;
    type IntoIter = slice::Iter<'m, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'m, T> IntoIterator for &'m mut Multiple<T> {
    type Item = &'m mut T;
    type IntoIter = slice::IterMut<'m, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn none_one_and_several() {
        encodes_to(Multiple::<u32>::NONE, "40");
        encodes_to(Multiple::one(1u32), "52 01");
        encodes_to(Multiple::<u32>::from([1]), "52 01");
        encodes_to(Multiple::<u32>::from([1, 2]), "e0 0a 02 70 00000001 00000002");
        decodes_from(Multiple::<u32>::NONE, "e0 02 00 52");
        decodes_from(Multiple::one(1u32), "e0 03 01 52 01");
        refuses::<Multiple<u32>>(
            "c0 03 01 52 01",
            "expected null or uint or array, found list (octet 0)",
        );
    }

    #[test]
    fn it_is_used_like_a_sequence() {
        let two: Multiple<u32> = [1, 2].into_iter().collect();
        assert!(two.contains(&2) && !two.contains(&3));
        assert_eq!(two.len(), 2);
        assert_eq!(two.into_iter().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(Multiple::one(7u32).into_iter().collect::<Vec<_>>(), [7]);
        let mut values = Multiple::from(7u32);
        (&mut values).into_iter().for_each(|value| *value += 1);
        values.extend([9]);
        values.iter_mut().for_each(|value| *value += 1);
        assert_eq!(values, Multiple::from([9, 10]));
        assert_eq!(Multiple::from(None), Multiple::<u32>::NONE);
        assert_eq!(Multiple::from(Some(7u32)), Multiple::one(7));
    }
}

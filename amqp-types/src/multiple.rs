//! Fields that take none, one or several values (section 1.4).

use alloc::vec::{self, Vec};
use core::ops::Deref;
use core::{iter, slice};

use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{EncodeError, Failed, NoValue};
use crate::format::{Format, Primitive};
use crate::primitive::Array;
use crate::reader::Reader;
use crate::writer::Writer;

/// What one or several values of a type are read from.
pub(crate) const fn several(one: &Accepts) -> Accepts {
    assert!(
        !one.begins_as(Primitive::Array),
        "a type that is an array cannot be `Multiple`: several would be an array of arrays, and so \
         can one be"
    );
    one.or(Primitive::Array)
}

/// None, one or several values of one type.
///
/// On the wire none is null, one is the bare value, several are an array. An empty array is read
/// as none, and an array of one as one: they mean the same.
///
/// The type itself is no array, for nothing could tell one from several then:
///
/// ```compile_fail,E0080
/// use amqp_types::{Array, Decode, Multiple};
///
/// Multiple::<Array<u32>>::from_bytes(b"\xe0\x03\x01\x52\x01");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Multiple<T>(Values<T>);

/// One value needs no allocation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Values<T> {
    One(T),
    /// None, or at least two.
    Others(Vec<T>),
}

impl<T> Multiple<T> {
    /// No value.
    pub const NONE: Self = Self(Values::Others(Vec::new()));

    /// One value.
    #[must_use]
    pub const fn one(value: T) -> Self {
        Self(Values::One(value))
    }

    /// The values, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        match &self.0 {
            Values::One(value) => slice::from_ref(value),
            Values::Others(values) => values,
        }
    }

    /// The values, in order.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.as_slice().iter()
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// Whether one of the values is this.
    pub fn contains<U: ?Sized>(&self, value: &U) -> bool
    where
        T: PartialEq<U>,
    {
        self.iter().any(|own| own == value)
    }
}

impl<T: ArrayItem> Encode for Multiple<T> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        match &self.0 {
            Values::One(value) => value.encode(writer),
            Values::Others(values) if values.is_empty() => writer.format(Format::Null),
            Values::Others(values) => crate::primitive::encode_array(values, writer),
        }
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.is_empty()
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Multiple<T> {
    const ACCEPTS: &'static Accepts = &several(T::ACCEPTS).or(Primitive::Null);

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        // A type that is null itself gets the value it is due.
        if T::ACCEPTS.admits(&constructor) {
            return T::decode_data(constructor, reader).map(Self::one);
        }
        match constructor.format().primitive() {
            Primitive::Null if !constructor.is_described() => Ok(Self::NONE),
            Primitive::Array if !constructor.is_described() => {
                Array::decode_data(constructor, reader).map(|array| Self::from(array.0))
            }
            _ => Err(reader.unexpected(&constructor, Self::ACCEPTS)),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::NONE)
    }
}

impl<T> Default for Multiple<T> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<T> From<Vec<T>> for Multiple<T> {
    fn from(mut values: Vec<T>) -> Self {
        match (values.pop(), values.is_empty()) {
            (Some(only), true) => Self::one(only),
            (last, _) => {
                values.extend(last);
                Self(Values::Others(values))
            }
        }
    }
}

impl<T> FromIterator<T> for Multiple<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::from(values.into_iter().collect::<Vec<_>>())
    }
}

impl<T> IntoIterator for Multiple<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Values::One(value) => Vec::from([value]).into_iter(),
            Values::Others(values) => values.into_iter(),
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

/// A field that takes several values and is mandatory: null, or a list that ends before it, is an
/// error, and it has one value at least (section 1.4).
///
/// It cannot be made without a value. There are peers that write an empty array, and that is read
/// all the same: what was read so has none ([`is_empty`](Multiple::is_empty)), and to write it is an
/// error: [`EncodeError::NoValue`].
///
/// ```
/// use amqp_types::{MandatoryMultiple, NoValue};
///
/// assert_eq!(MandatoryMultiple::new(1u32, [2, 3]).as_slice(), [1, 2, 3]);
/// assert_eq!(MandatoryMultiple::try_from(vec![1u32]), Ok(MandatoryMultiple::one(1)));
/// assert_eq!(MandatoryMultiple::<u32>::try_from(vec![]), Err(NoValue));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MandatoryMultiple<T>(Multiple<T>);

impl<T> MandatoryMultiple<T> {
    /// What was read, which may have none.
    pub(crate) const fn read(values: Multiple<T>) -> Self {
        Self(values)
    }

    /// One value.
    #[must_use]
    pub const fn one(value: T) -> Self {
        Self(Multiple::one(value))
    }

    /// One value, and those that follow it.
    pub fn new(first: T, rest: impl IntoIterator<Item = T>) -> Self {
        Self(iter::once(first).chain(rest).collect())
    }
}

impl<T: ArrayItem> Encode for MandatoryMultiple<T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        if self.0.is_empty() {
            writer.fail(EncodeError::NoValue);
        } else {
            self.0.encode(writer);
        }
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for MandatoryMultiple<T> {
    const ACCEPTS: &'static Accepts = &several(T::ACCEPTS);

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if Self::ACCEPTS.admits(&constructor) {
            Multiple::decode_data(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }
}

impl<T> Deref for MandatoryMultiple<T> {
    type Target = Multiple<T>;

    fn deref(&self) -> &Multiple<T> {
        &self.0
    }
}

impl<T> IntoIterator for MandatoryMultiple<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> TryFrom<Multiple<T>> for MandatoryMultiple<T> {
    type Error = NoValue;

    fn try_from(values: Multiple<T>) -> Result<Self, NoValue> {
        if values.is_empty() { Err(NoValue) } else { Ok(Self(values)) }
    }
}

impl<T> TryFrom<Vec<T>> for MandatoryMultiple<T> {
    type Error = NoValue;

    fn try_from(values: Vec<T>) -> Result<Self, NoValue> {
        Self::try_from(Multiple::from(values))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::testing::{decodes_from, encodes_to, hex, refuses};

    #[test]
    fn none_one_and_several() {
        encodes_to(Multiple::<u32>::NONE, "40");
        encodes_to(Multiple::one(1u32), "52 01");
        encodes_to(Multiple::from(vec![1u32]), "52 01");
        encodes_to(Multiple::from(vec![1u32, 2]), "e0 04 02 52 01 02");
        decodes_from(Multiple::<u32>::NONE, "e0 02 00 52");
        decodes_from(Multiple::one(1u32), "e0 03 01 52 01");
        refuses::<Multiple<u32>>(
            "c0 03 01 52 01",
            "expected null or uint or array, found list (octet 0)",
        );
    }

    #[test]
    fn mandatory_ones_are_not_null() {
        encodes_to(MandatoryMultiple::one(1u32), "52 01");
        encodes_to(MandatoryMultiple::new(1u32, [2]), "e0 04 02 52 01 02");
        refuses::<MandatoryMultiple<u32>>("40", "expected uint or array, found null (octet 0)");
        assert!(MandatoryMultiple::<u32>::absent().is_none());
    }

    #[test]
    fn mandatory_ones_are_read_without_a_value_and_not_written() {
        assert_eq!(MandatoryMultiple::<u32>::try_from(Multiple::NONE), Err(NoValue));
        let none = MandatoryMultiple::<u32>::from_bytes(&hex("e0 02 00 52")).unwrap();
        assert!(none.is_empty());
        let error = none.to_bytes().unwrap_err();
        assert_eq!(error.to_string(), NoValue.to_string());
        assert_eq!(none.encode_to_slice(&mut [0; 8]), Err(error));
        let mut octets = vec![7];
        assert_eq!((none.encode_to(&mut octets), octets), (Err(error), vec![7]));
    }

    #[test]
    fn it_is_used_like_a_sequence() {
        let two: Multiple<u32> = [1, 2].into_iter().collect();
        assert!(two.contains(&2) && !two.contains(&3));
        assert_eq!(two.len(), 2);
        assert_eq!(two.into_iter().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(Multiple::one(7u32).into_iter().collect::<Vec<_>>(), [7]);
    }
}

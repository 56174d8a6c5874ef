//! Fields that take none, one or several values (section 1.4).

use alloc::vec::{self, Vec};
use core::ops::Deref;
use core::slice;

use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::Array;
use crate::reader::Reader;
use crate::writer::Writer;

/// None, one or several values of one type.
///
/// On the wire none is null, one is the bare value, several are an array. An empty array is read
/// as none, and an array of one as one: they mean the same.
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
    const ACCEPTS: &'static Accepts = &T::ACCEPTS.or(Primitive::Null).or(Primitive::Array);

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        // A type that is an array or null itself gets the value it is due.
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
/// error.
///
/// It should hold one value at least (section 1.4). An empty array is read all the same, for there
/// are peers that write it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MandatoryMultiple<T>(pub Multiple<T>);

impl<T: ArrayItem> Encode for MandatoryMultiple<T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        if self.0.is_empty() {
            crate::primitive::encode_array::<T>(&[], writer);
        } else {
            self.0.encode(writer);
        }
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for MandatoryMultiple<T> {
    const ACCEPTS: &'static Accepts = &T::ACCEPTS.or(Primitive::Array);

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

impl<T> FromIterator<T> for MandatoryMultiple<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<T> IntoIterator for MandatoryMultiple<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> From<Multiple<T>> for MandatoryMultiple<T> {
    fn from(values: Multiple<T>) -> Self {
        Self(values)
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
    fn of_arrays_one_is_itself_an_array() {
        encodes_to(Multiple::one(Array(vec![1u32])), "e0 03 01 52 01");
    }

    #[test]
    fn mandatory_ones_are_not_null() {
        encodes_to(MandatoryMultiple(Multiple::one(1u32)), "52 01");
        encodes_to(MandatoryMultiple(Multiple::<u32>::NONE), "e0 02 00 52");
        refuses::<MandatoryMultiple<u32>>("40", "expected uint or array, found null (octet 0)");
        assert!(MandatoryMultiple::<u32>::absent().is_none());
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

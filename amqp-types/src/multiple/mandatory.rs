//! Fields that take at least one value (section 1.4).

use alloc::vec::{self, Vec};
use core::ops::Deref;
use core::{iter, slice};

use super::{Multiple, Several, several};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::{EncodeError, Failed, NoValue};
use crate::primitive::Array;
use crate::reader::Reader;
use crate::writer::Writer;

/// A mandatory field that takes several values: null, or a list that ends before it, is an error, and
/// there is at least one value (section 1.4).
///
/// It cannot be created without a value. Some peers encode an empty array, which is decoded all the
/// same: the result [has no value](Multiple::is_empty), and encoding it fails with
/// [`EncodeError::NoValue`].
///
/// ```
/// use amqp_types::{MandatoryMultiple, NoValue};
///
/// assert_eq!(MandatoryMultiple::new(1u32, [2, 3]).as_slice(), [1, 2, 3]);
/// assert_eq!(MandatoryMultiple::try_from(vec![1u32]), Ok(MandatoryMultiple::one(1)));
/// assert_eq!(MandatoryMultiple::<u32>::try_from(vec![]), Err(NoValue));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MandatoryMultiple<T, A = Array<T>>(Multiple<T, A>);

impl<T> MandatoryMultiple<T> {
    /// Creates a `MandatoryMultiple` of values that were decoded, of which there may be none.
    pub(crate) const fn decoded(values: Multiple<T>) -> Self {
        Self(values)
    }

    /// Creates a `MandatoryMultiple` with one value.
    #[must_use]
    pub const fn one(value: T) -> Self {
        Self(Multiple::one(value))
    }

    /// Creates a `MandatoryMultiple` with a first value and those that follow it.
    pub fn new(first: T, rest: impl IntoIterator<Item = T>) -> Self {
        Self(iter::once(first).chain(rest).collect())
    }
}

impl<T: ArrayItem, A: Several<T> + Encode> Encode for MandatoryMultiple<T, A> {
    fn encode(&self, writer: &mut Writer<'_>) {
        if self.0.is_empty() {
            writer.fail(EncodeError::NoValue);
        } else {
            self.0.encode(writer);
        }
    }
}

impl<'de, T: Decode<'de>, A: Several<T> + Decode<'de> + Default> Decode<'de>
    for MandatoryMultiple<T, A>
{
    const ACCEPTS: &'static Accepts = &several(T::ACCEPTS);

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if Self::ACCEPTS.contains(&constructor) {
            Multiple::decode_value(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }
}

impl<T, A> Deref for MandatoryMultiple<T, A> {
    type Target = Multiple<T, A>;

    fn deref(&self) -> &Multiple<T, A> {
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

impl<'m, T> IntoIterator for &'m MandatoryMultiple<T> {
    type Item = &'m T;
    type IntoIter = slice::Iter<'m, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'m, T> IntoIterator for &'m mut MandatoryMultiple<T> {
    type Item = &'m mut T;
    type IntoIter = slice::IterMut<'m, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}

impl<T> From<T> for MandatoryMultiple<T> {
    fn from(value: T) -> Self {
        Self::one(value)
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
    use crate::testing::{encodes_to, hex, refuses};

    #[test]
    fn a_mandatory_multiple_is_not_null() {
        encodes_to(MandatoryMultiple::one(1u32), "52 01");
        encodes_to(MandatoryMultiple::new(1u32, [2]), "e0 0a 02 70 00000001 00000002");
        refuses::<MandatoryMultiple<u32>>("40", "expected uint or array, found null (octet 0)");
        assert!(MandatoryMultiple::<u32>::absent().is_none());
    }

    #[test]
    fn a_mandatory_multiple_without_a_value_is_decoded_but_not_encoded() {
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
    fn its_values_can_be_changed() {
        let mut values = MandatoryMultiple::from(7u32);
        (&mut values).into_iter().for_each(|value| *value += 1);
        assert!((&values).into_iter().eq(&[8]));
    }
}

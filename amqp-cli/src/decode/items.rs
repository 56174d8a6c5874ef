//! A budget of items that the values of one input share.

use amqp_types::{
    Accepts, Budget, Bytes, Constructor, Decode, DecodeError, Decoder, Failed, Reader,
};

/// The number of items that the remaining values of an input may have together.
///
/// The items of an array may take no octets, and the default budget allows some of them for any input.
/// Without this, a stream of many small frames would get that allowance for each frame.
pub(crate) struct Items(usize);

impl Items {
    /// Returns the default budget for an input.
    pub(crate) fn of(octets: &Bytes) -> Self {
        Self(Budget::for_input(octets.len()).items)
    }

    /// Decodes the first value, and returns it with its length.
    pub(crate) fn spend<'de, T: Decode<'de>>(
        &mut self,
        octets: &'de Bytes,
    ) -> Result<(T, usize), DecodeError> {
        let budget = Budget { items: self.0, ..Budget::for_input(octets.len()) };
        let decoder = Decoder::shared(octets).with_budget(budget);
        let (Spent { value, left }, len) = decoder.decode_prefix()?;
        self.0 = left;
        Ok((value, len))
    }
}

/// A value, and the items that the budget has left after it.
struct Spent<T> {
    value: T,
    left: usize,
}

impl<'de, T: Decode<'de>> Decode<'de> for Spent<T> {
    const ACCEPTS: &'static Accepts = T::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let value = T::decode_value(constructor, reader)?;
        Ok(Self { value, left: reader.budget().map_or(0, |budget| budget.items) })
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::{DecodeErrorKind, Value};

    use super::*;

    #[test]
    fn values_share_the_budget() {
        // 200 items that take no octets.
        let array = Bytes::from_static(&[0xf0, 0, 0, 0, 5, 0, 0, 0, 200, 0x43]);
        let mut items = Items::of(&array);
        let (value, len) = items.spend(&array).unwrap();
        assert_eq!(len, array.len());
        assert!(matches!(value, Value::Array(array) if array.items().len() == 200));
        let error = items.spend::<Value>(&array).unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::TooManyItems);
    }
}

//! `filter-set`: the filters of a source (section 3.5.8).

use crate::decode::DecodeOwned;
use crate::descriptor::Described;
use crate::encode::Encode;
use crate::error::DecodeError;
use crate::transparent::{container, container_ref};
use crate::value::{DescribedValue, DescribedValueRef};
use crate::{Map, MapRef, Restricted, Symbol, SymbolRef, Value};

/// A set of named filters. A source sends the messages that all of them let through (section
/// 3.5.8).
///
/// A filter is a described value; [`extension::filter`](crate::extension::filter) has those in
/// common use. `None` stands for a filter that is not applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(borrowed = FilterSetRef)]
pub struct FilterSet(pub Map<Symbol, Option<DescribedValue>>);

container!(FilterSet(Map<Symbol, Option<DescribedValue>>));
container_ref!(FilterSetRef(MapRef<'a, SymbolRef<'a>, Option<DescribedValueRef<'a>>>));

impl FilterSet {
    /// Inserts a filter under a name, and returns the filter that had the name before.
    ///
    /// # Errors
    ///
    /// Returns an error if `filter` cannot be encoded, or is not encoded as a described value.
    pub fn set<T: Encode + ?Sized>(
        &mut self,
        name: Symbol,
        filter: &T,
    ) -> Result<Option<DescribedValue>, DecodeError> {
        let filter = Value::from_encode(filter)?.to_type()?;
        Ok(self.insert(name, Some(filter)).flatten())
    }

    /// Returns the first filter of type `T`, whatever its name.
    ///
    /// Returns `None` if the set has no filter with the descriptor of `T`, and `Some(Err(_))` if
    /// the filter with that descriptor cannot be decoded as a `T`.
    pub fn find<T: Described + DecodeOwned>(&self) -> Option<Result<T, DecodeError>> {
        let filters = self.iter().filter_map(|(_, filter)| filter.as_ref());
        let octets = filters.filter_map(|filter| filter.to_bytes().ok());
        octets
            .map(|octets| T::from_shared(&octets))
            .find(|filter| !filter.as_ref().is_err_and(DecodeError::is_other_type))
    }
}

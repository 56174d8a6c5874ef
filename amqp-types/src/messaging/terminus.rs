//! What sources and targets have in common (sections 3.5.5 to 3.5.13).

use crate::codec::{DecodeOwned, Encode};
use crate::descriptor::Described;
use crate::error::DecodeError;
use crate::extension::Extension;
use crate::transparent::{transparent, transparent_ref};
use crate::transport::{Fields, FieldsRef};
use crate::value::{DescribedValue, DescribedValueRef};
use crate::{Composite, Map, MapRef, OneOf, Restricted, Symbol, SymbolRef, Value};

/// What of a terminus outlives its link (section 3.5.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = uint, borrowed = Self)]
pub enum TerminusDurability {
    /// Nothing.
    #[default]
    #[amqp(value = 0)]
    None,
    /// That it exists, and how it is configured.
    #[amqp(value = 1)]
    Configuration,
    /// That, and the deliveries that are not settled.
    #[amqp(value = 2)]
    UnsettledState,
}

/// When the time begins after which a terminus expires (section 3.5.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum TerminusExpiryPolicy {
    /// When its link is detached.
    #[amqp(value = "link-detach")]
    LinkDetach,
    /// When its session ends.
    #[default]
    #[amqp(value = "session-end")]
    SessionEnd,
    /// When its connection is closed.
    #[amqp(value = "connection-close")]
    ConnectionClose,
    /// Never.
    #[amqp(value = "never")]
    Never,
}

/// What happens at a node to the messages that a link takes from it: one of the standard's two ways
/// (section 3.5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum StdDistMode {
    /// They leave the node.
    #[amqp(value = "move")]
    Move,
    /// They stay.
    #[amqp(value = "copy")]
    Copy,
}

/// What happens at a node to the messages that a link takes from it (archetype
/// `distribution-mode`): one of the standard's ways, or any other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = DistributionModeRef)]
pub enum DistributionMode {
    /// They leave the node.
    #[amqp(value = "move")]
    Move,
    /// They stay.
    #[amqp(value = "copy")]
    Copy,
    /// Something that the standard does not have.
    #[amqp(other)]
    Other(Symbol),
}

impl From<StdDistMode> for DistributionMode {
    fn from(mode: StdDistMode) -> Self {
        match mode {
            StdDistMode::Move => Self::Move,
            StdDistMode::Copy => Self::Copy,
        }
    }
}

/// Which messages a source gives: all filters must let a message through (section 3.5.8).
///
/// A filter is a described value; see [`extension::filter`](crate::extension::filter) for those in
/// use. None stands for a filter that is not applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(borrowed = FilterSetRef)]
pub struct FilterSet(pub Map<Symbol, Option<DescribedValue>>);

transparent!(FilterSet(Map<Symbol, Option<DescribedValue>>));
transparent_ref!(FilterSetRef(MapRef<'a, SymbolRef<'a>, Option<DescribedValueRef<'a>>>));

impl FilterSet {
    /// Puts in a filter, under a name; gives the one that had the name.
    ///
    /// # Errors
    ///
    /// If the filter does not encode to a described value.
    pub fn set<T: Encode + ?Sized>(
        &mut self,
        name: Symbol,
        filter: &T,
    ) -> Result<Option<DescribedValue>, DecodeError> {
        let filter = Value::of(filter)?.to_type()?;
        Ok(self.insert(name, Some(filter)).flatten())
    }

    /// The first filter of this type, whatever its name.
    ///
    /// There is no answer if the set has none; the answer is an error if it does not decode.
    pub fn find<T: Described + DecodeOwned>(&self) -> Option<Result<T, DecodeError>> {
        let filters = self.iter().filter_map(|(_, filter)| filter.as_ref());
        let octets = filters.filter_map(|filter| filter.to_bytes().ok());
        octets
            .map(|octets| T::from_shared(&octets))
            .find(|filter| !filter.as_ref().is_err_and(DecodeError::is_other_type))
    }
}

/// Properties of a node that is made for a link (section 3.5.9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(borrowed = NodePropertiesRef)]
pub struct NodeProperties(pub Fields);

transparent!(NodeProperties(Fields));
transparent_ref!(NodePropertiesRef(FieldsRef<'a>));

/// A node lives until its link is closed (section 3.5.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-close:list", code = 0x2b, borrowed = Self)]
pub struct DeleteOnClose {}

/// A node lives until it has no links (section 3.5.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-no-links:list", code = 0x2c, borrowed = Self)]
pub struct DeleteOnNoLinks {}

/// A node lives until it has no messages (section 3.5.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-no-messages:list", code = 0x2d, borrowed = Self)]
pub struct DeleteOnNoMessages {}

/// A node lives until it has neither (section 3.5.13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-no-links-or-messages:list", code = 0x2e, borrowed = Self)]
pub struct DeleteOnNoLinksOrMessages {}

/// How long a node lives that is made for a link (archetype `lifetime-policy`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, OneOf)]
#[amqp(borrowed = LifetimePolicyRef)]
pub enum LifetimePolicy {
    /// Until the link is closed.
    DeleteOnClose(DeleteOnClose),
    /// Until it has no links.
    DeleteOnNoLinks(DeleteOnNoLinks),
    /// Until it has no messages.
    DeleteOnNoMessages(DeleteOnNoMessages),
    /// Until it has neither.
    DeleteOnNoLinksOrMessages(DeleteOnNoLinksOrMessages),
    /// A policy that the standard does not have.
    Other(Extension),
}

//! `node-properties`: the properties of a dynamic node (section 3.5.9).

use crate::Restricted;
use crate::definitions::{Fields, FieldsRef};
use crate::transparent::{container, container_ref};

/// The properties of a node that is created for a link (section 3.5.9).
///
/// The standard defines `lifetime-policy`, a [`LifetimePolicy`](super::LifetimePolicy), and
/// `supported-dist-modes`, one or more [`DistributionMode`](super::DistributionMode)s.
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(borrowed = NodePropertiesRef)]
pub struct NodeProperties(pub Fields);

container!(NodeProperties(Fields));
container_ref!(NodePropertiesRef(FieldsRef<'a>));

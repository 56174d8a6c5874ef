//! Links that a client attaches again on another connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use amqp_types::transport::Role;
use bytestring::ByteString;

use super::core::Core;
use crate::proto::LinkId;

/// The links of all connections of a server, by the container of the client, the name, and the end at which the
/// server is (section 2.6.1).
#[derive(Debug, Default)]
pub(super) struct Attached {
    links: Mutex<HashMap<Identity, Place>>,
}

type Identity = (ByteString, ByteString, Role);
type Place = (Weak<Core>, LinkId);

impl Attached {
    /// Notes a link that has been accepted. If the client has it on another connection, it is detached there.
    pub(super) fn insert(&self, link: Identity, core: &Arc<Core>, id: LinkId) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        // Those of connections that are gone are forgotten now and then.
        if links.len().is_power_of_two() {
            links.retain(|_, (core, _)| core.strong_count() > 0);
        }
        let former = links.insert(link, (Arc::downgrade(core), id));
        drop(links);
        if let Some((former, id)) = former
            && let Some(former) = former.upgrade()
            && !Arc::ptr_eq(&former, core)
        {
            former.with(|state| state.steal(id));
        }
    }
}

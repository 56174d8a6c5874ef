//! Links that a client attaches again on another connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use amqp_types::transport::Role;
use bytestring::ByteString;

use super::core::Core;
use crate::proto::LinkId;

/// The links of all connections of a server, so that a client can take them over from its older connections.
#[derive(Debug, Default)]
pub(super) struct LinkRegistry {
    links: Mutex<HashMap<LinkKey, Location>>,
}

/// What identifies a link (section 2.6.1): the client, the name, and the end at which the server is.
type LinkKey = (ClientKey, ByteString, Role);
/// The user that the client has been authenticated as, and its container: one user cannot take links from another.
pub(super) type ClientKey = (Option<String>, ByteString);
type Location = (Weak<Core>, LinkId);

impl LinkRegistry {
    /// Notes a link that has been accepted. If the client has it on another connection, it is detached there.
    pub(super) fn insert(&self, link: LinkKey, core: &Arc<Core>, id: LinkId) {
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

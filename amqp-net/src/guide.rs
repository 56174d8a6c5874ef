//! Pages about the use of this crate.

#[cfg(feature = "tokio")]
#[doc = include_str!("../docs/delivery_guarantees.md")]
pub mod delivery_guarantees {}

#[cfg(feature = "tokio")]
#[doc = include_str!("../docs/servers.md")]
pub mod servers {}

#[cfg(feature = "tokio")]
#[doc = include_str!("../docs/limits.md")]
pub mod limits {}

// Its examples need a crypto provider.
#[cfg(feature = "rustls")]
#[doc = include_str!("../docs/tls.md")]
pub mod tls {}

#[cfg(feature = "broker")]
#[doc = include_str!("../docs/broker.md")]
pub mod broker {}

#[doc = include_str!("../docs/brokers.md")]
pub mod brokers {}

#[doc = include_str!("../docs/states.md")]
pub mod states {}

// Its example needs a broker.
#[cfg(feature = "broker")]
#[doc = include_str!("../docs/migrating.md")]
pub mod migrating {}

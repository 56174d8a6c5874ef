//! Pages about the use of this crate.

#[doc = include_str!("../docs/delivery_guarantees.md")]
pub mod delivery_guarantees {}

#[doc = include_str!("../docs/servers.md")]
pub mod servers {}

#[doc = include_str!("../docs/brokers.md")]
pub mod brokers {}

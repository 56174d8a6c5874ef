//! Authentication with SASL (section 5.3).
//!
//! [`SaslClient`] and [`SaslServer`] exchange the frames, after both sides have sent the SASL header. What
//! the frames contain is up to the mechanism: a client's [`Mechanism`], or a server's [`ServerMechanism`].

mod anonymous;
mod client;
mod error;
mod external;
mod frames;
mod mechanism;
mod offer;
mod plain;
mod server;

pub use anonymous::{Anonymous, AnonymousServer};
pub use client::SaslClient;
pub use error::{SaslError, SaslErrorKind};
pub use external::{External, ExternalServer};
pub(super) use frames::SaslFrames;
pub use frames::SaslLimits;
pub use mechanism::{Credentials, Mechanism, MechanismError, Refusal, ServerMechanism, Step};
pub use offer::decode_mechanisms;
pub use plain::{Plain, PlainServer};
pub use server::{Authenticated, Identity, SaslServer};

#[cfg(test)]
mod tests;

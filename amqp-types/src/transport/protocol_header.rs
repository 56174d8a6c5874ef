//! The protocol header: the first eight octets in each direction (section 2.2).

use core::fmt;

use crate::Layout;

/// The protocol header: `AMQP`, a protocol id and a version (section 2.2).
///
/// Each peer sends it before anything else, so that both can check that they use the same protocol.
///
/// ```
/// use amqp_types::transport::ProtocolHeader;
///
/// assert_eq!(&ProtocolHeader::AMQP.to_bytes(), b"AMQP\x00\x01\x00\x00");
/// assert_eq!(ProtocolHeader::from_bytes(b"AMQP\x03\x01\x00\x00"), Ok(ProtocolHeader::SASL));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Layout)]
#[amqp(prefix = b"AMQP")]
pub struct ProtocolHeader {
    /// The protocol: AMQP, or a security layer below it.
    pub id: ProtocolId,
    /// The major version.
    pub major: u8,
    /// The minor version.
    pub minor: u8,
    /// The revision.
    pub revision: u8,
}

/// The protocol that a protocol header announces: AMQP, or a security layer below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Layout)]
pub struct ProtocolId(pub u8);

impl ProtocolId {
    /// AMQP itself (section 2.2).
    pub const AMQP: Self = Self(0);
    /// A TLS layer (section 5.2.1).
    pub const TLS: Self = Self(2);
    /// A SASL layer (section 5.3.1).
    pub const SASL: Self = Self(3);
}

impl ProtocolHeader {
    /// AMQP 1.0.0.
    pub const AMQP: Self = Self::new(ProtocolId::AMQP);
    /// The TLS layer, version 1.0.0 (section 5.2). This is the version of the layer, not of TLS.
    pub const TLS: Self = Self::new(ProtocolId::TLS);
    /// The SASL layer, version 1.0.0 (section 5.3).
    pub const SASL: Self = Self::new(ProtocolId::SASL);

    /// Creates a header with version 1.0.0, the only version of each protocol that the standard
    /// defines.
    #[must_use]
    pub const fn new(id: ProtocolId) -> Self {
        Self { id, major: 1, minor: 0, revision: 0 }
    }
}

/// Writes the name of the protocol and the version, for example `SASL 1.0.0`.
impl fmt::Display for ProtocolHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, major, minor, revision } = self;
        write!(f, "{id} {major}.{minor}.{revision}")
    }
}

impl fmt::Debug for ProtocolHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProtocolHeader({self})")
    }
}

impl fmt::Display for ProtocolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AMQP => f.write_str("AMQP"),
            Self::TLS => f.write_str("TLS"),
            Self::SASL => f.write_str("SASL"),
            Self(other) => write!(f, "protocol id {other}"),
        }
    }
}

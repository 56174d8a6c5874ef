//! What a client asks for, and what else it takes.

use std::time::Duration;

use amqp_types::transport::ProtocolHeader;

use super::ClientFailure;
use crate::proto::closing::ClosingLimits;

/// What a client asks for, and for how long.
///
/// ```
/// use std::time::Duration;
///
/// use amqp_net::ProtocolHeader;
/// use amqp_net::proto::ClientSettings;
///
/// // Asks for AMQP 1.0.0, and for SASL if the peer insists on it.
/// let settings = ClientSettings::new(ProtocolHeader::AMQP)
///     .or_header(ProtocolHeader::SASL)
///     .handshake_limit(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    header: ProtocolHeader,
    others: Vec<ProtocolHeader>,
    pub(super) limit: Duration,
    pub(super) closing: ClosingLimits,
}

impl ClientSettings {
    /// Asks for this protocol and version, within 10 seconds.
    pub const fn new(header: ProtocolHeader) -> Self {
        Self {
            header,
            others: Vec::new(),
            limit: Duration::from_secs(10),
            // A client has no last words that could be lost: it is in no mood to wait.
            closing: ClosingLimits { octets: 1 << 16, time: Duration::from_millis(200) },
        }
    }

    /// Takes this header too, if the peer offers it in place of the one that was asked for. The
    /// peer closes the connection after its offer, so that this needs another one.
    #[must_use]
    pub fn or_header(mut self, header: ProtocolHeader) -> Self {
        self.others.push(header);
        self
    }

    /// The time limit for the whole handshake: connecting, negotiating, and all further tries.
    #[must_use]
    pub const fn handshake_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// How much patience there is with a peer that refused, while the connection is being closed.
    /// Without this 64 kibioctets, 200 milliseconds.
    #[must_use]
    pub const fn closing(mut self, limits: ClosingLimits) -> Self {
        self.closing = limits;
        self
    }

    /// The header that is asked for.
    pub const fn header(&self) -> ProtocolHeader {
        self.header
    }

    /// The time limit for the whole handshake.
    pub const fn limit(&self) -> Duration {
        self.limit
    }

    /// The settings to try again with on another connection after this failure: those that ask for
    /// what the peer has offered. None if it offered nothing, or nothing that these settings take.
    ///
    /// Each header is tried at most once, so that two peers cannot send each other in circles.
    #[must_use]
    pub fn after(&self, failure: &ClientFailure) -> Option<Self> {
        let ClientFailure::Refused { offered, .. } = *failure else {
            return None;
        };
        let mut next = self.clone();
        next.others.retain(|&other| other != offered && other != self.header);
        next.header = offered;
        let taken = offered != self.header && self.others.contains(&offered);
        taken.then_some(next)
    }
}

/// Asks for AMQP 1.0.0.
impl Default for ClientSettings {
    fn default() -> Self {
        Self::new(ProtocolHeader::AMQP)
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::ProtocolHeader;

    use super::ClientSettings;
    use crate::proto::{ClientFailure, Ending, FirstOctets};

    const fn refused(asked: ProtocolHeader, offered: ProtocolHeader) -> ClientFailure {
        ClientFailure::Refused { asked, offered }
    }

    #[test]
    fn it_tries_again_with_what_it_takes_and_once_only() {
        let settings = ClientSettings::new(ProtocolHeader::AMQP)
            .or_header(ProtocolHeader::SASL)
            .or_header(ProtocolHeader::AMQP);
        let next = settings.after(&refused(ProtocolHeader::AMQP, ProtocolHeader::SASL)).unwrap();
        assert_eq!(next.header(), ProtocolHeader::SASL);
        // Not back again.
        assert_eq!(next.after(&refused(ProtocolHeader::SASL, ProtocolHeader::AMQP)), None);
    }

    #[test]
    fn it_does_not_try_again_with_anything_else() {
        let settings = ClientSettings::default().or_header(ProtocolHeader::SASL);
        assert_eq!(settings.after(&refused(ProtocolHeader::AMQP, ProtocolHeader::TLS)), None);
        let closed = ClientFailure::Closed {
            asked: ProtocolHeader::AMQP,
            ending: Ending::Clean,
            octets: FirstOctets::default(),
        };
        assert_eq!(settings.after(&closed), None);
    }
}

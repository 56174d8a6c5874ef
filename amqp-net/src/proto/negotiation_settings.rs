//! The headers that a side accepts, and the limits of a handshake.

use std::sync::Arc;
use std::time::Duration;

use amqp_types::transport::ProtocolHeader;

use super::closing::ClosingLimits;
use super::negotiation_error::{NegotiationError, NegotiationErrorKind};
use super::side::Side;

/// The headers that a client or a server accepts, and the limits of the handshake.
///
/// ```
/// use std::time::Duration;
///
/// use amqp_net::ProtocolHeader;
/// use amqp_net::proto::NegotiationSettings;
///
/// // A client asks for AMQP, and for SASL if the server offers it instead. A server supports both.
/// let settings = NegotiationSettings::new(ProtocolHeader::AMQP)
///     .also_accept(ProtocolHeader::SASL)
///     .handshake_timeout(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NegotiationSettings {
    /// The accepted headers, at least one, the preferred one first.
    headers: Arc<[ProtocolHeader]>,
    pub(super) initiator: Initiator,
    pub(crate) handshake_timeout: Duration,
    closing: Option<ClosingLimits>,
}

/// The side that sends its header first (section 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Initiator {
    /// The client. The server answers, and can support several protocols on one port.
    #[default]
    Client,
    /// The server, which sends its preferred header and refuses all others. A client of AMQP 1.0
    /// sends its header at once nevertheless.
    Server,
}

impl NegotiationSettings {
    /// Creates settings that prefer `header` and accept no other, with a handshake timeout of 10
    /// seconds.
    ///
    /// A client asks for the preferred header. A server sends it if it is the initiator, and in
    /// answer to a client that did not send a header.
    pub fn new(header: ProtocolHeader) -> Self {
        Self {
            headers: Arc::new([header]),
            initiator: Initiator::Client,
            handshake_timeout: Duration::from_secs(10),
            closing: None,
        }
    }

    /// Accepts `header` as well.
    ///
    /// A server supports it. A client accepts it if the server offers it instead of the preferred
    /// one; this takes another connection, because the server closes the one on which it was offered.
    #[must_use]
    pub fn also_accept(mut self, header: ProtocolHeader) -> Self {
        if !self.headers.contains(&header) {
            self.headers = self.headers.iter().copied().chain([header]).collect();
        }
        self
    }

    /// Sets which side sends its header first, [`Initiator::Client`] by default. A client sends its
    /// header at once in either case.
    #[must_use]
    pub const fn initiator(mut self, initiator: Initiator) -> Self {
        self.initiator = initiator;
        self
    }

    /// Sets the time limit for the whole handshake, 10 seconds by default. It covers connecting, all
    /// attempts of a client, and closing after a failure: no peer can hold a connection for longer.
    #[must_use]
    pub const fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout;
        self
    }

    /// Sets the limits for closing a connection after a failure.
    ///
    /// The default of a server is [`ClosingLimits::default`], so that its answer arrives. That of a
    /// client, which has sent nothing that the peer must read, is 64 KiB and 200 milliseconds.
    #[must_use]
    pub const fn closing(mut self, limits: ClosingLimits) -> Self {
        self.closing = Some(limits);
        self
    }

    /// Returns the accepted headers, the preferred one first.
    pub fn headers(&self) -> &[ProtocolHeader] {
        &self.headers
    }

    /// Returns the preferred header.
    pub(super) fn preferred(&self) -> ProtocolHeader {
        self.headers.first().copied().unwrap_or(ProtocolHeader::AMQP)
    }

    /// Returns the limits for closing a connection on this side.
    pub(super) fn closing_limits(&self, side: Side) -> ClosingLimits {
        self.closing.unwrap_or_else(|| match side {
            Side::Client => ClosingLimits { bytes: 1 << 16, time: Duration::from_millis(200) },
            Side::Server => ClosingLimits::default(),
        })
    }

    /// Returns a server's answer to a client's header (section 2.2).
    ///
    /// It is the same header if that is accepted; otherwise the highest accepted version of the same
    /// protocol that is not above the client's, or its highest version if all are above; or the
    /// preferred header if no version of that protocol is accepted.
    pub fn answer_to(&self, client: ProtocolHeader) -> ProtocolHeader {
        let highest = |limit: [u8; 3]| {
            let versions = self.headers.iter().copied().filter(|header| header.id == client.id);
            versions.filter(|&header| version(header) <= limit).max_by_key(|&h| version(h))
        };
        highest(version(client))
            .or_else(|| highest([u8::MAX; 3]))
            .unwrap_or_else(|| self.preferred())
    }

    /// Returns the settings for another attempt of a client after it has failed with `error`: they
    /// prefer the header that the server offered. Returns `None` if it did not offer an accepted one.
    ///
    /// A header that was refused is not accepted any more, so the attempts come to an end.
    #[must_use]
    pub fn retry_after(&self, error: &NegotiationError) -> Option<Self> {
        let NegotiationErrorKind::Refused { received } = error.kind else {
            return None;
        };
        let (&preferred, others) = self.headers.split_first()?;
        if error.side != Side::Client || received == preferred || !others.contains(&received) {
            return None;
        }
        let others = others.iter().copied().filter(|&other| other != received);
        Some(Self { headers: [received].into_iter().chain(others).collect(), ..self.clone() })
    }
}

const fn version(header: ProtocolHeader) -> [u8; 3] {
    [header.major, header.minor, header.revision]
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::{ProtocolHeader, ProtocolId};

    use super::NegotiationSettings;
    use crate::proto::{FirstBytes, NegotiationError, NegotiationErrorKind, Side, StreamEnd};

    const A: ProtocolHeader = ProtocolHeader::AMQP;
    const S: ProtocolHeader = ProtocolHeader::SASL;
    const T: ProtocolHeader = ProtocolHeader::TLS;

    const fn amqp(major: u8, minor: u8, revision: u8) -> ProtocolHeader {
        ProtocolHeader { id: ProtocolId::AMQP, major, minor, revision }
    }

    const fn failed(sent: ProtocolHeader, kind: NegotiationErrorKind) -> NegotiationError {
        NegotiationError { side: Side::Client, sent: Some(sent), kind }
    }

    const fn refused(sent: ProtocolHeader, received: ProtocolHeader) -> NegotiationError {
        failed(sent, NegotiationErrorKind::Refused { received })
    }

    #[test]
    fn the_answer_to_a_version() {
        let settings = NegotiationSettings::new(amqp(1, 0, 0))
            .also_accept(amqp(1, 2, 0))
            .also_accept(amqp(2, 0, 5));
        // client, answer
        let cases = [
            (amqp(1, 0, 0), amqp(1, 0, 0)),
            (amqp(1, 2, 0), amqp(1, 2, 0)),
            (amqp(1, 1, 9), amqp(1, 0, 0)),
            (amqp(1, 9, 0), amqp(1, 2, 0)),
            (amqp(2, 0, 4), amqp(1, 2, 0)),
            (amqp(9, 9, 9), amqp(2, 0, 5)),
            // All are above it, so the highest.
            (amqp(0, 9, 1), amqp(2, 0, 5)),
        ];
        for (client, answer) in cases {
            assert_eq!(settings.answer_to(client), answer, "{client}");
        }
    }

    #[test]
    fn the_answer_to_another_protocol() {
        let sasl = NegotiationSettings::new(S);
        assert_eq!(sasl.answer_to(A), S);
        assert_eq!(sasl.answer_to(T), S);
        let both = sasl.also_accept(A);
        assert_eq!(both.answer_to(T), S);
        assert_eq!(both.answer_to(amqp(1, 1, 0)), A);
    }

    #[test]
    fn a_header_is_accepted_once() {
        let settings = NegotiationSettings::new(A).also_accept(S).also_accept(A).also_accept(S);
        assert_eq!(settings.headers(), [A, S]);
    }

    #[test]
    fn another_attempt_with_an_accepted_header_and_only_one() {
        let settings = NegotiationSettings::new(A).also_accept(S).also_accept(A);
        let next = settings.retry_after(&refused(A, S)).unwrap();
        assert_eq!(next.headers(), [S]);
        assert_eq!(next.retry_after(&refused(S, A)), None);
    }

    #[test]
    fn no_other_attempt_after_other_failures() {
        let settings = NegotiationSettings::new(A).also_accept(S);
        assert_eq!(settings.retry_after(&refused(A, T)), None);
        let server = NegotiationError { side: Side::Server, ..refused(A, S) };
        assert_eq!(settings.retry_after(&server), None);
        let closed =
            NegotiationErrorKind::Closed { end: StreamEnd::Clean, received: FirstBytes::default() };
        assert_eq!(settings.retry_after(&failed(A, closed)), None);
    }
}

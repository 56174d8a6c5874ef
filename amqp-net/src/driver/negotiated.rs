//! A stream on which both ends have agreed, and what can be done with it.

use amqp_types::Symbol;
use amqp_types::transport::{ProtocolHeader, ProtocolId};
use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{drive, now};
use crate::proto::{
    Agreed, AwaitingMechanisms, Closing, ClosingLimits, Mechanisms, SaslFailure, SaslSettings,
    mechanisms_frame,
};

/// A stream on which both ends have sent the same header (section 2.2).
#[derive(Debug)]
pub struct Negotiated<S> {
    /// The stream. The next octets in either direction are those of the protocol agreed on, except
    /// that [`rest`](Self::rest) comes before what the stream still has to be read.
    pub stream: S,
    /// The header that both have sent.
    pub header: ProtocolHeader,
    /// The octets that came behind the peer's header, and have been read already.
    pub rest: Bytes,
}

/// A stream on which the server has offered its SASL mechanisms.
#[derive(Debug)]
pub struct Offered<S> {
    /// The stream. The server waits for sasl-init (section 5.3.3.2).
    pub stream: S,
    /// The mechanisms, the one that the server likes best first. It may be that there are none.
    pub mechanisms: Vec<Symbol>,
    /// The octets that came behind the mechanisms, and have been read already.
    pub rest: Bytes,
}

impl<S> Negotiated<S> {
    pub(super) fn new((stream, agreed): (S, Agreed)) -> Self {
        Self { stream, header: agreed.header, rest: agreed.rest }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Negotiated<S> {
    /// As a client that has agreed on SASL: waits for the mechanisms that the server offers
    /// (section 5.3.3.1).
    ///
    /// # Errors
    ///
    /// [`SaslFailure`]; the stream is then closed.
    pub async fn mechanisms(self, settings: &SaslSettings) -> Result<Offered<S>, SaslFailure> {
        let agreed = Agreed { header: self.header, rest: self.rest };
        let stage = AwaitingMechanisms::new(agreed, settings, now());
        let (stream, Mechanisms { mechanisms, rest }) = drive::run(self.stream, stage).await?;
        Ok(Offered { stream, mechanisms, rest })
    }

    /// As a server that has agreed on SASL: offers these mechanisms, the one that it likes best
    /// first, and closes the connection. It is for servers that only want to be seen.
    ///
    /// # Errors
    ///
    /// [`SaslFailure::NotSasl`], [`SaslFailure::NoMechanisms`] or
    /// [`SaslFailure::TooManyMechanisms`]. The connection is closed as well.
    pub async fn offer_mechanisms(
        self,
        mechanisms: &[Symbol],
        limits: ClosingLimits,
    ) -> Result<(), SaslFailure> {
        let frame = match self.header.id {
            ProtocolId::SASL => mechanisms_frame(mechanisms),
            _ => Err(SaslFailure::NotSasl(self.header)),
        };
        let (last, result) = match frame {
            Ok(frame) => (frame, Ok(())),
            Err(failure) => (Bytes::new(), Err(failure)),
        };
        drive::close(self.stream, Closing::new(now(), last, limits)).await;
        result
    }

    /// Closes the connection so that what was sent last arrives: closes the sending side, reads
    /// what the peer still sends to its end within the limits, and then closes.
    pub async fn close(self, limits: ClosingLimits) {
        drive::close(self.stream, Closing::new(now(), Bytes::new(), limits)).await;
    }
}

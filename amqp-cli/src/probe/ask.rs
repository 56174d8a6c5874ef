//! Asking a peer for AMQP, SASL and TLS, each on a separate connection.

use std::net::SocketAddr;
use std::time::Duration;

use amqp_net::negotiation::negotiate;
use amqp_net::proto::{ClosingLimits, NegotiationSettings, Side};
use amqp_net::{Endpoint, ProtocolHeader};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::answer::Answer;
use super::reach::{connect, reach};
use super::secure::{Secure, Secured};

/// The answers of a peer.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// The address that accepted a connection, if any did.
    pub(crate) address: Option<SocketAddr>,
    pub(crate) amqp: Answer,
    pub(crate) sasl: Answer,
    pub(crate) tls: Answer,
    /// Whether the URL asks for TLS and the handshake of TLS failed. The answers are then those to that
    /// handshake.
    pub(crate) no_tls: bool,
}

impl Answers {
    /// Returns all answers.
    pub(crate) const fn each(&self) -> [&Answer; 3] {
        [&self.amqp, &self.sasl, &self.tls]
    }
}

/// Asks for all three at the same time, so that unanswered ones share one time limit.
pub(crate) async fn ask(url: &Endpoint, secure: &Secure, limit: Duration) -> Answers {
    let deadline = Instant::now() + limit;
    let (address, amqp) = match reach(url, deadline).await {
        Ok(reached) => reached,
        Err(reason) => {
            let answer = Answer::Unreachable(reason);
            let [amqp, sasl, tls] = [answer.clone(), answer.clone(), answer];
            return Answers { address: None, amqp, sasl, tls, no_tls: false };
        }
    };
    // One after another, for servers that accept one connection at a time.
    let sasl = connect(address, deadline).await;
    let tls = connect(address, deadline).await;
    let (amqp, sasl, tls) = tokio::join!(
        ask_on(Ok(amqp), secure, ProtocolHeader::AMQP, deadline),
        ask_on(sasl, secure, ProtocolHeader::SASL, deadline),
        ask_on(tls, secure, ProtocolHeader::TLS, deadline),
    );
    let each = [&amqp, &sasl, &tls];
    let was_set_up =
        each.iter().any(|asked| asked.as_ref().is_ok_and(|a| a.unreachable().is_none()));
    Answers {
        address: Some(address),
        no_tls: !was_set_up && each.iter().any(|asked| asked.is_err()),
        amqp: amqp.unwrap_or_else(|answer| answer),
        sasl: sasl.unwrap_or_else(|answer| answer),
        tls: tls.unwrap_or_else(|answer| answer),
    }
}

/// Asks for one protocol. Returns the answer as an error if the TLS handshake failed, so that the
/// header was never answered.
async fn ask_on(
    connected: Result<TcpStream, String>,
    secure: &Secure,
    header: ProtocolHeader,
    deadline: Instant,
) -> Result<Answer, Answer> {
    let stream = match connected {
        Ok(stream) => stream,
        Err(reason) => return Ok(Answer::Unreachable(reason)),
    };
    match secure.secure(stream, deadline).await {
        Secured::Not(stream) => Ok(ask_for(stream, header, deadline).await),
        #[cfg(feature = "tls")]
        Secured::Stream(mut stream) => {
            let answer = ask_for(&mut *stream, header, deadline).await;
            // In TLS 1.3 the handshake of a client ends before the server has checked its certificate,
            // so a refusal of the certificate is only received here.
            match super::secure::failure(&mut stream) {
                Some(failure) if answer == Answer::Closed => Err(Answer::TlsFailed(failure)),
                _ => Ok(answer),
            }
        }
        Secured::No(answer) => Err(answer),
    }
}

async fn ask_for<S>(stream: S, header: ProtocolHeader, deadline: Instant) -> Answer
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // Octets after the answer are ignored.
    let closing = ClosingLimits { bytes: 0, time: Duration::ZERO };
    let settings =
        NegotiationSettings::new(header).handshake_timeout(left(deadline)).closing(closing);
    let mut negotiated = match negotiate(stream, Side::Client, &settings).await {
        Ok(negotiated) => negotiated,
        Err(error) => return error.into(),
    };
    if header != ProtocolHeader::SASL {
        return Answer::Agreed(header);
    }
    Answer::AgreedOnSasl(header, negotiated.mechanisms(left(deadline)).await)
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

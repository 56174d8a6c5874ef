//! Why a client could not connect.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use super::ended::{Advice, Ended};
#[cfg(feature = "rustls-no-provider")]
use super::tls::TlsError;
use crate::endpoint::UrlError;
use crate::proto::{
    Fault, FrameWriteError, MechanismError, NegotiationError, NegotiationErrorKind, Refusal,
    SaslError, SaslErrorKind, StreamEnd,
};

/// What did not come if a handshake of TLS takes too long.
pub(super) const TLS_HANDSHAKE: &str = "the end of the TLS handshake";

/// Why a client could not connect. It prints as a sentence that says what happened and what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL is wrong.
    Url(UrlError),
    /// The URL asks for TLS, and the feature `rustls` is not enabled.
    TlsDisabled,
    /// There is no TLS connection.
    #[cfg(feature = "rustls-no-provider")]
    Tls(TlsError),
    /// The user or the password of the endpoint cannot be used.
    Credentials(MechanismError),
    /// There is no connection to the host.
    Unreachable {
        /// The endpoint, without credentials.
        address: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The time limit has passed.
    TimedOut {
        /// The time limit.
        after: Duration,
        /// What did not come in time.
        waited_for: &'static str,
    },
    /// The peer does not speak the protocol.
    Negotiation(NegotiationError),
    /// The client could not be authenticated.
    Sasl(SaslError),
    /// A password would have been sent over a stream that is not encrypted.
    NotEncrypted,
    /// The stream ended during authentication.
    Lost(StreamEnd),
    /// The open is too long.
    Open(FrameWriteError),
    /// The peer refused to open the connection, or the connection ended before it was open.
    Ended(Ended),
}

impl ConnectError {
    /// Returns which side can fix the failure, or `None` if this side ended the connection.
    pub fn fault(&self) -> Option<Fault> {
        Some(match self {
            Self::Url(_)
            | Self::TlsDisabled
            | Self::Credentials(_)
            | Self::NotEncrypted
            | Self::Open(_) => Fault::User,
            Self::Unreachable { source, .. } if source.kind() == io::ErrorKind::TimedOut => {
                Fault::Time
            }
            Self::Unreachable { .. } | Self::Lost(_) => Fault::Wire,
            Self::TimedOut { .. } => Fault::Time,
            Self::Negotiation(error) => error.fault(),
            #[cfg(feature = "rustls-no-provider")]
            Self::Tls(error) => error.fault(),
            Self::Sasl(error) => error.fault(),
            Self::Ended(ended) => return ended.fault(),
        })
    }

    /// Returns what to do.
    pub fn advice(&self) -> Advice {
        let is_temporary = match self {
            Self::Ended(ended) => return ended.advice(),
            Self::Unreachable { .. } | Self::Lost(_) | Self::TimedOut { .. } => true,
            // The server may be starting.
            Self::Negotiation(error) => {
                matches!(error.fault(), Fault::Time | Fault::Wire)
                    || matches!(error.kind, NegotiationErrorKind::Closed { .. })
            }
            Self::Sasl(error) => matches!(
                error.kind,
                SaslErrorKind::Refused(Refusal::TemporaryFailure | Refusal::Failure)
            ),
            // As above.
            #[cfg(feature = "rustls-no-provider")]
            Self::Tls(error) => error.fault() == Fault::Wire,
            _ => false,
        };
        if is_temporary { Advice::RetryLater } else { Advice::GiveUp }
    }
}

macro_rules! from {
    ($($variant:ident($error:ty))*) => {$(
        impl From<$error> for ConnectError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from! {
    Url(UrlError)
    Negotiation(NegotiationError)
    Sasl(SaslError)
    Open(FrameWriteError)
    Ended(Ended)
}

#[cfg(feature = "rustls-no-provider")]
from! {
    Tls(TlsError)
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // This error prints what that one prints.
            Self::Unreachable { source, .. } => source.source(),
            #[cfg(feature = "rustls-no-provider")]
            Self::Tls(error) => error.source(),
            _ => None,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => error.fmt(f),
            Self::TlsDisabled => f.write_str(
                "amqps:// needs TLS, which is not built in; enable the feature rustls of amqp-net, or connect \
                 with a TLS library and use connect_over",
            ),
            #[cfg(feature = "rustls-no-provider")]
            Self::Tls(error) => error.fmt(f),
            Self::Credentials(error) => write!(f, "the credentials cannot be used: {error}"),
            Self::Unreachable { address, source } => write!(
                f,
                "cannot connect to {address}: {source}; check the host and the port, and that the server runs"
            ),
            Self::TimedOut { after, waited_for } => {
                write!(
                    f,
                    "no connection within {after:?}: {waited_for} did not come; the server may be busy or down, or a \
                     firewall blocks it"
                )?;
                // Some servers wait for a header of AMQP, and take what TLS sends for a part of it.
                if *waited_for == TLS_HANDSHAKE {
                    f.write_str(", or the port does not speak TLS")?;
                }
                Ok(())
            }
            Self::Negotiation(error) => error.fmt(f),
            Self::Sasl(error) => error.fmt(f),
            Self::NotEncrypted => f.write_str(
                "a password would be sent over a stream that is not encrypted; use TLS, or do not require \
                 encryption",
            ),
            Self::Lost(end) => write!(
                f,
                "{} during authentication; some servers do this when they refuse the client",
                end.describe("the server")
            ),
            Self::Open(error) => write!(
                f,
                "the open does not fit into the frame that every peer accepts: {error}; shorten its properties"
            ),
            Self::Ended(ended) => ended.fmt(f),
        }
    }
}

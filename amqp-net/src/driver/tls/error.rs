//! Why there is no TLS connection.

use std::error::Error;
use std::fmt;
use std::io;

use tokio_rustls::rustls::{self, AlertDescription, CertificateError};

use crate::ProtocolHeader;
use crate::proto::{DetectedProtocol, Fault, FirstBytes, Side, StreamEnd};

/// Why there is no TLS connection. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct TlsError {
    /// This side of the connection.
    pub side: Side,
    /// The peer: the host and port of the URL, or the address of a client.
    pub peer: String,
    /// What happened.
    pub kind: TlsErrorKind,
}

/// What happened instead of a TLS handshake.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TlsErrorKind {
    /// There is no configuration: the roots of the platform cannot be read, or there is no crypto provider.
    Config(rustls::Error),
    /// The host of the URL is not a name that a certificate can have.
    InvalidHost,
    /// The certificate of the peer is not signed by an authority that this side trusts.
    Untrusted,
    /// The certificate of the server is for other names than the host of the URL.
    WrongName {
        /// The names in the certificate, as text.
        names: Vec<String>,
    },
    /// The certificate of the peer has expired.
    Expired,
    /// The certificate of the peer is not valid yet.
    NotValidYet,
    /// The certificate of the peer is wrong in another way.
    Certificate(CertificateError),
    /// The client has shown no certificate, which the configuration requires.
    NoCertificate,
    /// The peer refused this side, with this alert. A server that does not accept the certificate of a client does
    /// this.
    Refused(AlertDescription),
    /// The peer does not speak TLS.
    NotTls {
        /// What it sent.
        received: FirstBytes,
    },
    /// The stream ended before the handshake did.
    Closed(StreamEnd),
    /// The handshake failed in another way, or what came after it could not be decrypted.
    Failed(rustls::Error),
}

impl TlsError {
    /// Returns which side can fix the failure.
    pub const fn fault(&self) -> Fault {
        use TlsErrorKind::{Closed, Config, InvalidHost, NotTls, Refused, Untrusted, WrongName};

        match (&self.kind, self.side) {
            (Closed(_), _) => Fault::Wire,
            (Config(_), _)
            | (
                InvalidHost | NotTls { .. } | Refused(_) | Untrusted | WrongName { .. },
                Side::Client,
            ) => Fault::User,
            _ => Fault::Peer,
        }
    }
}

impl TlsErrorKind {
    /// Returns what a failed handshake means, in which the peer began with these octets.
    pub(in crate::driver) fn of_handshake(error: &io::Error, received: FirstBytes) -> Self {
        // Else it is a peer that speaks TLS, or has said nothing.
        let is_tls = DetectedProtocol::detect(&received) == DetectedProtocol::Tls;
        if !is_tls && !received.is_empty() {
            return Self::NotTls { received };
        }
        of_rustls(error).map_or_else(|| Self::Closed(error.kind().into()), Self::from)
    }
}

/// Returns the error of rustls that an error of a stream contains.
pub(in crate::driver) fn of_rustls(error: &io::Error) -> Option<rustls::Error> {
    error.get_ref()?.downcast_ref::<rustls::Error>().cloned()
}

impl From<rustls::Error> for TlsErrorKind {
    fn from(error: rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => error.into(),
            rustls::Error::NoCertificatesPresented => Self::NoCertificate,
            rustls::Error::AlertReceived(alert) => Self::Refused(alert),
            other => Self::Failed(other),
        }
    }
}

impl From<CertificateError> for TlsErrorKind {
    fn from(error: CertificateError) -> Self {
        match error {
            // The latter if another authority has the name of a trusted one, such as one that was made anew.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::Untrusted,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotValidYet
            }
            CertificateError::NotValidForName => Self::WrongName { names: Vec::new() },
            CertificateError::NotValidForNameContext { presented, .. } => {
                Self::WrongName { names: presented }
            }
            other => Self::Certificate(other),
        }
    }
}

impl Error for TlsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            // This error prints what that one prints.
            TlsErrorKind::Config(error) | TlsErrorKind::Failed(error) => error.source(),
            _ => None,
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_what_happened(f)?;
        match self.what_to_do() {
            "" => Ok(()),
            advice => write!(f, "; {advice}"),
        }
    }
}

/// The number of names of a certificate that are printed.
const MOST_SHOWN: usize = 10;

impl TlsError {
    fn write_what_happened(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = &self.peer;
        match &self.kind {
            TlsErrorKind::Config(error) => {
                write!(f, "cannot prepare TLS for {peer}: {error}")
            }
            TlsErrorKind::InvalidHost => {
                write!(f, "the host of {peer} is not a name that a certificate can have")
            }
            TlsErrorKind::Untrusted => {
                write!(f, "the certificate of {peer} is not signed by a trusted authority")
            }
            TlsErrorKind::WrongName { names } if names.is_empty() => {
                write!(f, "the certificate of {peer} is for another host")
            }
            TlsErrorKind::WrongName { names } => {
                let names: Vec<_> =
                    names.iter().take(MOST_SHOWN).map(|name| printable(name)).collect();
                write!(f, "the certificate of {peer} is for another host: {}", names.join(", "))
            }
            TlsErrorKind::Expired => write!(f, "the certificate of {peer} has expired"),
            TlsErrorKind::NotValidYet => write!(f, "the certificate of {peer} is not valid yet"),
            TlsErrorKind::Certificate(error) => {
                write!(f, "the certificate of {peer} cannot be accepted: {error}")
            }
            TlsErrorKind::NoCertificate => write!(f, "{peer} has shown no certificate"),
            TlsErrorKind::Refused(alert) => {
                write!(f, "{peer} refused the TLS handshake with the alert {alert:?}")
            }
            TlsErrorKind::NotTls { received } => {
                write!(f, "{peer} does not speak TLS: it ")?;
                match received.first_chunk::<8>().map(|first| ProtocolHeader::from_bytes(first)) {
                    Some(Ok(header)) => write!(f, "sent the header {header}"),
                    _ => write!(f, "sent {received}"),
                }
            }
            TlsErrorKind::Closed(end) => {
                write!(f, "{} during the TLS handshake", end.describe(peer))
            }
            TlsErrorKind::Failed(error) => {
                write!(f, "TLS with {peer} failed: {error}")
            }
        }
    }

    /// Returns advice for the user, if there is any.
    fn what_to_do(&self) -> &'static str {
        match (&self.kind, self.side) {
            (TlsErrorKind::Config(_), _) => {
                "install the certificates of the platform and a crypto provider, or set a configuration"
            }
            (TlsErrorKind::InvalidHost, _) => "use the name of the host in ASCII, or its address",
            (TlsErrorKind::Untrusted, Side::Client) => {
                "if the authority is your own, add its certificate to the roots of the platform or of the \
                 configuration"
            }
            (TlsErrorKind::Untrusted, Side::Server) => {
                "if it shall be, add the authority's certificate to the roots of the configuration"
            }
            (TlsErrorKind::WrongName { .. }, _) => {
                "use a name of the certificate in the URL, or a certificate with the name of the URL"
            }
            (TlsErrorKind::Expired, _) => "renew it, or set the clock of this machine",
            (TlsErrorKind::NotValidYet, _) => "set the clock of this machine",
            (TlsErrorKind::NoCertificate, _) => {
                "it needs one, or the configuration must allow clients without"
            }
            (TlsErrorKind::Refused(AlertDescription::CertificateRequired), Side::Client) => {
                "set a configuration with a certificate for this client"
            }
            (TlsErrorKind::Refused(_), Side::Client) => {
                "it may require a certificate of the client, or not accept the one that it was shown, or its \
                 versions and ciphers are other ones"
            }
            (TlsErrorKind::Refused(_), Side::Server) => {
                "it may not trust the certificate of this server, or know it by another name"
            }
            (TlsErrorKind::NotTls { .. }, Side::Client) => {
                "connect without TLS (amqp), or to its port for TLS"
            }
            (TlsErrorKind::NotTls { .. }, Side::Server) => "it must connect with TLS (amqps)",
            (TlsErrorKind::Closed(_), Side::Client) => {
                "it may not speak TLS on this port: try without TLS (amqp), or its port for TLS"
            }
            _ => "",
        }
    }
}

/// Returns a name as it is printed. The peer may have chosen it.
fn printable(name: &str) -> String {
    name.chars().take(100).flat_map(char::escape_debug).collect()
}

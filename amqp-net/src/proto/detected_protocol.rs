//! Detects the protocol of a peer that does not begin with an AMQP 1.0 header.

use std::fmt;

use amqp_types::transport::ProtocolHeader;

use super::first_bytes::is_text;

/// The protocol that a peer most likely speaks, detected by its first octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DetectedProtocol {
    /// AMQP 0-9-1: the header `AMQP` 0 0 9 1, or a Connection.Start of that version.
    Amqp091,
    /// AMQP 0-9: the header `AMQP` 1 1 0 9.
    Amqp09,
    /// AMQP 0-10: the header `AMQP` 1 1 0 10.
    Amqp010,
    /// AMQP 0-8: the header `AMQP` 1 1 8 0, or a Connection.Start of that version.
    Amqp08,
    /// TLS from the first octet: a handshake or an alert.
    Tls,
    /// HTTP.
    Http,
    /// Another text protocol.
    Text,
    /// Something else.
    Unknown,
}

/// The headers of the protocols that were called AMQP before 1.0. These are other protocols, not
/// older versions of this one.
const BEFORE_1_0: [([u8; 4], DetectedProtocol); 6] = [
    ([0, 0, 9, 1], DetectedProtocol::Amqp091),
    ([1, 1, 0, 9], DetectedProtocol::Amqp09),
    ([1, 1, 9, 0], DetectedProtocol::Amqp09),
    ([1, 1, 0, 10], DetectedProtocol::Amqp010),
    ([1, 1, 8, 0], DetectedProtocol::Amqp08),
    // Stated by the specification of 0-8, and sent by some clients.
    ([1, 1, 9, 1], DetectedProtocol::Amqp08),
];

/// The beginnings of requests and responses of HTTP.
const HTTP: [&[u8]; 11] = [
    b"GET ",
    b"POST ",
    b"PUT ",
    b"HEAD ",
    b"DELETE ",
    b"OPTIONS ",
    b"PATCH ",
    b"CONNECT ",
    b"TRACE ",
    b"PRI * HTTP/2",
    b"HTTP/",
];

impl DetectedProtocol {
    /// Returns a short, stable name for use by programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amqp091 => "amqp-0-9-1",
            Self::Amqp09 => "amqp-0-9",
            Self::Amqp010 => "amqp-0-10",
            Self::Amqp08 => "amqp-0-8",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Text => "text",
            Self::Unknown => "unknown",
        }
    }

    /// Detects the protocol of a peer that sent `input`, which is not an AMQP 1.0 header.
    pub fn detect(input: &[u8]) -> Self {
        if let Some(older) = input.first_chunk().and_then(|first| {
            ProtocolHeader::from_bytes(first as &[u8; 8]).ok().and_then(Self::from_header)
        }) {
            return older;
        }
        match input {
            // A record of TLS: an alert or a handshake, and the version.
            [0x15 | 0x16, 3, 0..=4, ..] => Self::Tls,
            // A method frame on channel 0: size, class connection, method start, version.
            [1, 0, 0, _, _, _, _, 0, 10, 0, 10, major, minor, ..] => match (major, minor) {
                (8, 0) => Self::Amqp08,
                _ => Self::Amqp091,
            },
            // The first frame of an HTTP/2 server: settings, on stream 0.
            [0, _, _, 4, 0, 0, 0, 0, 0, ..] => Self::Http,
            _ if HTTP.iter().any(|start| input.starts_with(start)) => Self::Http,
            _ if is_text(input) => Self::Text,
            _ => Self::Unknown,
        }
    }

    /// Returns the protocol before AMQP 1.0 whose header this is.
    pub(super) fn from_header(header: ProtocolHeader) -> Option<Self> {
        let ProtocolHeader { id, major, minor, revision } = header;
        let numbers = [id.0, major, minor, revision];
        BEFORE_1_0.iter().find(|(older, _)| *older == numbers).map(|&(_, protocol)| protocol)
    }

    /// Whether more input is unlikely to change what is detected.
    pub(super) fn is_conclusive(input: &[u8]) -> bool {
        const ENOUGH: usize = 16;
        const BINARY: [u8; 4] = [0x15, 0x16, 1, 0];
        match input.first() {
            None => false,
            _ if input.len() >= ENOUGH => true,
            Some(first) if BINARY.contains(first) => {
                !matches!(Self::detect(input), Self::Text | Self::Unknown)
            }
            Some(_) => {
                !HTTP.iter().any(|start| input.len() < start.len() && start.starts_with(input))
            }
        }
    }
}

/// Prints the protocol: `AMQP 0-9-1`, `TLS`, `a text protocol`.
impl fmt::Display for DetectedProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Amqp091 => "AMQP 0-9-1",
            Self::Amqp09 => "AMQP 0-9",
            Self::Amqp010 => "AMQP 0-10",
            Self::Amqp08 => "AMQP 0-8",
            Self::Tls => "TLS",
            Self::Http => "HTTP",
            Self::Text => "a text protocol",
            Self::Unknown => "an unknown protocol",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::DetectedProtocol;

    #[test]
    fn by_the_first_octets() {
        let cases: [(&[u8], DetectedProtocol); 18] = [
            (b"AMQP\x00\x00\x09\x01", DetectedProtocol::Amqp091),
            (b"AMQP\x01\x01\x00\x09", DetectedProtocol::Amqp09),
            (b"AMQP\x01\x01\x09\x00", DetectedProtocol::Amqp09),
            (b"AMQP\x01\x01\x00\x0a", DetectedProtocol::Amqp010),
            (b"AMQP\x01\x01\x08\x00", DetectedProtocol::Amqp08),
            (b"AMQP\x01\x01\x09\x01", DetectedProtocol::Amqp08),
            (b"\x01\x00\x00\x00\x00\x01\xf2\x00\x0a\x00\x0a\x00\x09", DetectedProtocol::Amqp091),
            (b"\x01\x00\x00\x00\x00\x01\xf2\x00\x0a\x00\x0a\x08\x00", DetectedProtocol::Amqp08),
            (b"\x15\x03\x01\x00\x02\x02\x0a", DetectedProtocol::Tls),
            (b"\x16\x03\x01\x02\x00\x01", DetectedProtocol::Tls),
            (b"HTTP/1.1 400 Bad Request\r\n", DetectedProtocol::Http),
            (b"GET / HTTP/1.1\r\n", DetectedProtocol::Http),
            (b"PRI * HTTP/2.0\r\n", DetectedProtocol::Http),
            (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", DetectedProtocol::Http),
            (b"SSH-2.0-OpenSSH_9.2\r\n", DetectedProtocol::Text),
            (b"220 mail.example.com ESMTP\r\n", DetectedProtocol::Text),
            (b"\xde\xad\xbe\xef\x00\x01\x02\x03", DetectedProtocol::Unknown),
            (b"", DetectedProtocol::Unknown),
        ];
        for (octets, protocol) in cases {
            assert_eq!(DetectedProtocol::detect(octets), protocol, "{octets:02x?}");
        }
    }

    #[test]
    fn conclusive_as_soon_as_possible() {
        for octets in [&b"HTTP/"[..], b"h", b"SSH-", b"GX", b"\xde", b"\x16\x03\x01", b"AMQX"] {
            assert!(DetectedProtocol::is_conclusive(octets), "{octets:02x?}");
        }
        for octets in [&b""[..], b"H", b"HTTP", b"GET", b"\x16\x03", b"\x01\x00\x00\x00"] {
            assert!(!DetectedProtocol::is_conclusive(octets), "{octets:02x?}");
        }
        assert!(DetectedProtocol::is_conclusive(&[1; 16]));
    }
}

//! What a peer most likely is that does not begin with a header of AMQP 1.0.

use std::fmt;

use amqp_types::transport::ProtocolHeader;

use super::octets::is_text;

/// What a peer most likely speaks, by its first octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Likely {
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
    /// Another protocol that is made of text.
    Text,
    /// Something else.
    Unknown,
}

/// The headers of the protocols that were called AMQP before 1.0, and what they mean. These are
/// other protocols, not versions of this one.
const BEFORE_1_0: [([u8; 4], Likely); 6] = [
    ([0, 0, 9, 1], Likely::Amqp091),
    ([1, 1, 0, 9], Likely::Amqp09),
    ([1, 1, 9, 0], Likely::Amqp09),
    ([1, 1, 0, 10], Likely::Amqp010),
    ([1, 1, 8, 0], Likely::Amqp08),
    // What the text of 0-8 itself says; some clients send it.
    ([1, 1, 9, 1], Likely::Amqp08),
];

/// How requests of HTTP begin, and the answers.
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

impl Likely {
    /// A short name that stays the same, for programs.
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

    /// What these octets most likely are, if they are no header of AMQP 1.0.
    pub fn of(octets: &[u8]) -> Self {
        if let Some(older) = octets.first_chunk().and_then(|first| {
            ProtocolHeader::from_bytes(first as &[u8; 8]).ok().and_then(Self::of_header)
        }) {
            return older;
        }
        match octets {
            // A record of TLS: alert or handshake, the version, the length.
            [0x15 | 0x16, 3, 0..=4, ..] => Self::Tls,
            // A method frame on channel 0: its size, class connection, method start, the version.
            [1, 0, 0, _, _, _, _, 0, 10, 0, 10, major, minor, ..] => match (major, minor) {
                (8, 0) => Self::Amqp08,
                _ => Self::Amqp091,
            },
            // The frame that a server of HTTP/2 begins with: settings, on stream 0.
            [0, _, _, 4, 0, 0, 0, 0, 0, ..] => Self::Http,
            _ if HTTP.iter().any(|start| octets.starts_with(start)) => Self::Http,
            _ if is_text(octets) => Self::Text,
            _ => Self::Unknown,
        }
    }

    /// The protocol before AMQP 1.0 that this header stands for.
    pub(super) fn of_header(header: ProtocolHeader) -> Option<Self> {
        let ProtocolHeader { id, major, minor, revision } = header;
        let numbers = [id.0, major, minor, revision];
        BEFORE_1_0.iter().find(|(older, _)| *older == numbers).map(|&(_, likely)| likely)
    }

    /// Whether more octets can hardly make the guess a better one.
    pub(super) fn is_settled(octets: &[u8]) -> bool {
        const ENOUGH: usize = 16;
        const BINARY: [u8; 4] = [0x15, 0x16, 1, 0];
        match octets.first() {
            None => false,
            _ if octets.len() >= ENOUGH => true,
            Some(first) if BINARY.contains(first) => {
                !matches!(Self::of(octets), Self::Text | Self::Unknown)
            }
            Some(_) => {
                !HTTP.iter().any(|start| octets.len() < start.len() && start.starts_with(octets))
            }
        }
    }
}

/// What the peer speaks: `AMQP 0-9-1`, `TLS`, `a text protocol`.
impl fmt::Display for Likely {
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
    use super::Likely;

    #[test]
    fn by_the_first_octets() {
        let cases: [(&[u8], Likely); 18] = [
            (b"AMQP\x00\x00\x09\x01", Likely::Amqp091),
            (b"AMQP\x01\x01\x00\x09", Likely::Amqp09),
            (b"AMQP\x01\x01\x09\x00", Likely::Amqp09),
            (b"AMQP\x01\x01\x00\x0a", Likely::Amqp010),
            (b"AMQP\x01\x01\x08\x00", Likely::Amqp08),
            (b"AMQP\x01\x01\x09\x01", Likely::Amqp08),
            (b"\x01\x00\x00\x00\x00\x01\xf2\x00\x0a\x00\x0a\x00\x09", Likely::Amqp091),
            (b"\x01\x00\x00\x00\x00\x01\xf2\x00\x0a\x00\x0a\x08\x00", Likely::Amqp08),
            (b"\x15\x03\x01\x00\x02\x02\x0a", Likely::Tls),
            (b"\x16\x03\x01\x02\x00\x01", Likely::Tls),
            (b"HTTP/1.1 400 Bad Request\r\n", Likely::Http),
            (b"GET / HTTP/1.1\r\n", Likely::Http),
            (b"PRI * HTTP/2.0\r\n", Likely::Http),
            (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", Likely::Http),
            (b"SSH-2.0-OpenSSH_9.2\r\n", Likely::Text),
            (b"220 mail.example.com ESMTP\r\n", Likely::Text),
            (b"\xde\xad\xbe\xef\x00\x01\x02\x03", Likely::Unknown),
            (b"", Likely::Unknown),
        ];
        for (octets, likely) in cases {
            assert_eq!(Likely::of(octets), likely, "{octets:02x?}");
        }
    }

    #[test]
    fn settled_as_soon_as_no_more_can_be_learnt() {
        for octets in [&b"HTTP/"[..], b"h", b"SSH-", b"GX", b"\xde", b"\x16\x03\x01", b"AMQX"] {
            assert!(Likely::is_settled(octets), "{octets:02x?}");
        }
        for octets in [&b""[..], b"H", b"HTTP", b"GET", b"\x16\x03", b"\x01\x00\x00\x00"] {
            assert!(!Likely::is_settled(octets), "{octets:02x?}");
        }
        assert!(Likely::is_settled(&[1; 16]));
    }
}

//! The first octets of a peer: a header, not yet one, or something else.

use amqp_types::transport::ProtocolHeader;
use bytes::{Bytes, BytesMut};

use super::octets::FirstOctets;

/// The octets that have come so far.
#[derive(Debug, Default)]
pub(super) struct Opening(BytesMut);

/// What they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// A header may come of it yet.
    Part,
    /// A header of some version, with or without octets behind it.
    Header(ProtocolHeader),
    /// No header, whatever may follow.
    Other,
}

impl Opening {
    const PREFIX: [u8; 4] = *b"AMQP";

    /// Adds octets.
    pub(super) fn add(&mut self, octets: &[u8]) {
        self.0.extend_from_slice(octets);
    }

    /// What has come so far. The answer is not put off until there are eight octets if fewer can
    /// be no header.
    pub(super) fn seen(&self) -> Seen {
        if !self.0.iter().zip(&Self::PREFIX).all(|(octet, due)| octet == due) {
            return Seen::Other;
        }
        match self.0.get(..ProtocolHeader::LEN) {
            None => Seen::Part,
            Some(octets) => ProtocolHeader::from_bytes(octets).map_or(Seen::Other, Seen::Header),
        }
    }

    /// All octets so far.
    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    /// The first octets, to be shown to a person.
    pub(super) fn first(&self) -> FirstOctets {
        FirstOctets::of(&self.0)
    }

    /// The octets behind the header.
    pub(super) fn into_rest(mut self) -> Bytes {
        if self.0.len() <= ProtocolHeader::LEN {
            return Bytes::new();
        }
        self.0.split_off(ProtocolHeader::LEN).freeze()
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::ProtocolHeader;

    use super::{Opening, Seen};

    fn seen(octets: &[u8]) -> Seen {
        let mut opening = Opening::default();
        opening.add(octets);
        opening.seen()
    }

    #[test]
    fn any_beginning_of_a_header_is_a_part() {
        let header = ProtocolHeader::SASL.to_bytes();
        for end in 0..header.len() {
            assert_eq!(seen(&header[..end]), Seen::Part);
        }
        assert_eq!(seen(&header), Seen::Header(ProtocolHeader::SASL));
    }

    #[test]
    fn the_first_wrong_octet_is_enough() {
        for octets in [&b"a"[..], b"AX", b"AMq", b"AMQ\0", b"GET / HTTP/1.1", b"\x16\x03"] {
            assert_eq!(seen(octets), Seen::Other, "{octets:02x?}");
        }
    }

    #[test]
    fn what_follows_the_header_is_kept() {
        let mut opening = Opening::default();
        opening.add(b"AMQP\x00\x01");
        opening.add(b"\x00\x00open");
        opening.add(b" begin");
        assert_eq!(opening.into_rest(), b"open begin"[..]);
    }
}

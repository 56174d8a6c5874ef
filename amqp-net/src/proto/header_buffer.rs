//! Buffers the protocol header, and the input after it.

use amqp_types::transport::ProtocolHeader;
use bytes::{Bytes, BytesMut};

use super::first_bytes::FirstBytes;

/// Collects input until it is known whether it begins with a header.
#[derive(Debug, Default)]
pub(super) struct HeaderBuffer(BytesMut);

/// The start of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderState {
    /// Nothing yet, or a part of a header.
    Incomplete,
    /// A header of any version.
    Header(ProtocolHeader),
    /// Something that is not a header, whatever follows.
    NotHeader,
}

impl HeaderBuffer {
    const PREFIX: [u8; 4] = *b"AMQP";

    /// Appends input.
    pub(super) fn push(&mut self, input: &[u8]) {
        self.0.extend_from_slice(input);
    }

    /// Returns the state of the header. Fewer than eight octets are enough if they cannot be a header.
    pub(super) fn state(&self) -> HeaderState {
        if !self.0.iter().zip(&Self::PREFIX).all(|(octet, expected)| octet == expected) {
            return HeaderState::NotHeader;
        }
        match self.0.get(..ProtocolHeader::LEN).map(ProtocolHeader::from_bytes) {
            None => HeaderState::Incomplete,
            Some(header) => header.map_or(HeaderState::NotHeader, HeaderState::Header),
        }
    }

    /// Returns all input.
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Returns the first bytes of the input, for an error.
    pub(super) fn first_bytes(&self) -> FirstBytes {
        FirstBytes::new(&self.0)
    }

    /// Takes the bytes after the header.
    pub(super) fn take_trailing(&mut self) -> Bytes {
        let mut input = std::mem::take(&mut self.0);
        input.split_off(ProtocolHeader::LEN.min(input.len())).freeze()
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::ProtocolHeader;

    use super::{HeaderBuffer, HeaderState};

    fn state(input: &[u8]) -> HeaderState {
        let mut buffer = HeaderBuffer::default();
        buffer.push(input);
        buffer.state()
    }

    #[test]
    fn a_part_of_a_header_is_incomplete() {
        let header = ProtocolHeader::SASL.to_bytes();
        for end in 0..header.len() {
            assert_eq!(state(&header[..end]), HeaderState::Incomplete);
        }
        assert_eq!(state(&header), HeaderState::Header(ProtocolHeader::SASL));
    }

    #[test]
    fn one_wrong_octet_is_enough() {
        for octets in [&b"a"[..], b"AX", b"AMq", b"AMQ\0", b"GET / HTTP/1.1", b"\x16\x03"] {
            assert_eq!(state(octets), HeaderState::NotHeader, "{octets:02x?}");
        }
    }

    #[test]
    fn trailing_bytes_are_kept() {
        let mut buffer = HeaderBuffer::default();
        buffer.push(b"AMQP\x00\x01");
        buffer.push(b"\x00\x00open");
        buffer.push(b" begin");
        assert_eq!(buffer.take_trailing(), b"open begin"[..]);
    }
}

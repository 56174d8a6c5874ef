//! Protocol headers: `AMQP`, an id and a version.

use amqp_types::Bytes;
use amqp_types::transport::{ProtocolHeader, ProtocolId};

use super::problem::Problem;

/// The first octets of a protocol header. A frame that begins with them has more than a gigabyte.
const MAGIC: &[u8] = b"AMQP";
/// The length of a protocol header.
const LEN: usize = 8;

/// Whether the octets begin with a protocol header.
pub(crate) fn begins(octets: &[u8]) -> bool {
    octets.starts_with(MAGIC)
}

/// Decodes one header without trailing octets.
pub(crate) fn decode(octets: &Bytes) -> Result<ProtocolHeader, Problem> {
    Ok(ProtocolHeader::from_bytes(octets)?)
}

/// Decodes the header at an octet, and returns it with the octet at which it ends.
pub(crate) fn take(octets: &Bytes, at: usize) -> Result<(ProtocolHeader, usize), Problem> {
    let end = octets.len().min(at + LEN);
    let part = octets.get(at..end).unwrap_or_default();
    match ProtocolHeader::from_bytes(part) {
        Ok(header) => Ok((header, end)),
        Err(error) => Err(error.shifted(at).into()),
    }
}

/// Whether this is a header of AMQP 1.0: AMQP, TLS or SASL.
pub(crate) fn is_amqp_1_0(header: ProtocolHeader) -> bool {
    let ids = [ProtocolId::AMQP, ProtocolId::TLS, ProtocolId::SASL];
    ids.contains(&header.id) && header == ProtocolHeader::new(header.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_amqp_1_0_are_recognized() {
        for (octets, expected) in [
            (b"AMQP\x00\x01\x00\x00", true),
            (b"AMQP\x02\x01\x00\x00", true),
            (b"AMQP\x03\x01\x00\x00", true),
            (b"AMQP\x01\x01\x00\x00", false),
            (b"AMQP\x00\x01\x00\x01", false),
            (b"AMQP\x00\x00\x09\x01", false),
        ] {
            assert_eq!(is_amqp_1_0(ProtocolHeader::from_bytes(octets).unwrap()), expected);
        }
    }

    #[test]
    fn errors_count_from_the_first_octet() {
        let octets = Bytes::from_static(b"....AMQP\x00\x01");
        let problem = take(&octets, 4).unwrap_err();
        assert_eq!((problem.kind, problem.at), ("unexpected-end", 10));
    }
}

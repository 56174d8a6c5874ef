//! Which headers a server takes, and what it answers to others.

use std::sync::Arc;

use amqp_types::transport::ProtocolHeader;

/// The headers that a server supports, the one that it likes best first. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supported(Arc<[ProtocolHeader]>);

impl Supported {
    /// Just this header.
    pub fn only(header: ProtocolHeader) -> Self {
        Self(Arc::new([header]))
    }

    /// This header too. One that is there already stays where it is.
    #[must_use]
    pub fn and(self, header: ProtocolHeader) -> Self {
        if self.contains(header) {
            return self;
        }
        Self(self.0.iter().copied().chain([header]).collect())
    }

    /// Whether the header is one of them.
    pub fn contains(&self, header: ProtocolHeader) -> bool {
        self.0.contains(&header)
    }

    /// The one that the server likes best: what it sends if it sends first, and what it answers to
    /// octets that are no header.
    pub fn first(&self) -> ProtocolHeader {
        self.0.first().copied().unwrap_or(ProtocolHeader::AMQP)
    }

    /// The server's answer to a header (section 2.2): the very same if it is supported. Else, of
    /// the same protocol id, the highest version that is not above it, or the highest of all if
    /// there is none; or, if nothing with that id is supported, the header that the server likes
    /// best.
    pub fn answer_to(&self, asked: ProtocolHeader) -> ProtocolHeader {
        let highest = |most: [u8; 3]| {
            let of_id = self.0.iter().copied().filter(|header| header.id == asked.id);
            of_id.filter(|&header| version(header) <= most).max_by_key(|&header| version(header))
        };
        highest(version(asked)).or_else(|| highest([u8::MAX; 3])).unwrap_or_else(|| self.first())
    }
}

/// AMQP 1.0.0 and SASL 1.0.0.
impl Default for Supported {
    fn default() -> Self {
        Self::only(ProtocolHeader::AMQP).and(ProtocolHeader::SASL)
    }
}

const fn version(header: ProtocolHeader) -> [u8; 3] {
    [header.major, header.minor, header.revision]
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::{ProtocolHeader, ProtocolId};

    use super::Supported;

    const fn amqp(major: u8, minor: u8, revision: u8) -> ProtocolHeader {
        ProtocolHeader { id: ProtocolId::AMQP, major, minor, revision }
    }

    #[test]
    fn the_answer_to_a_version() {
        let some = Supported::only(amqp(1, 0, 0)).and(amqp(1, 2, 0)).and(amqp(2, 0, 5));
        // asked, answered
        let cases = [
            (amqp(1, 0, 0), amqp(1, 0, 0)),
            (amqp(1, 2, 0), amqp(1, 2, 0)),
            (amqp(1, 1, 9), amqp(1, 0, 0)),
            (amqp(1, 9, 0), amqp(1, 2, 0)),
            (amqp(2, 0, 4), amqp(1, 2, 0)),
            (amqp(9, 9, 9), amqp(2, 0, 5)),
            // None is as low as that, so the highest.
            (amqp(0, 9, 1), amqp(2, 0, 5)),
        ];
        for (asked, answered) in cases {
            assert_eq!(some.answer_to(asked), answered, "{asked}");
        }
    }

    #[test]
    fn the_answer_to_another_layer() {
        let sasl = Supported::only(ProtocolHeader::SASL);
        assert_eq!(sasl.answer_to(ProtocolHeader::AMQP), ProtocolHeader::SASL);
        assert_eq!(sasl.answer_to(ProtocolHeader::TLS), ProtocolHeader::SASL);
        let both = sasl.and(ProtocolHeader::AMQP);
        assert_eq!(both.answer_to(ProtocolHeader::TLS), ProtocolHeader::SASL);
        assert_eq!(both.answer_to(amqp(1, 1, 0)), ProtocolHeader::AMQP);
    }

    #[test]
    fn the_same_header_twice_is_one() {
        let once = Supported::default();
        assert_eq!(once.clone().and(ProtocolHeader::SASL), once);
    }
}

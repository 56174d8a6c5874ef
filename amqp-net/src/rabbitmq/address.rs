//! Addresses in the format that RabbitMQ calls version 2.

use std::fmt;

use amqp_types::messaging::{AddressString, Target};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// The characters that are encoded: all except the unreserved ones (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a name so that it can be a segment of a path.
pub(super) fn segment(name: &str) -> PercentEncode<'_> {
    utf8_percent_encode(name, RESERVED)
}

/// Returns the address of a queue, whose name may have any characters.
///
/// It converts to a source, a target and an [`AddressString`]:
///
/// ```
/// use amqp_net::rabbitmq::queue;
/// use amqp_types::messaging::{Properties, Source, Target};
///
/// assert_eq!(queue("orders/new").to_string(), "/queues/orders%2Fnew");
/// assert_eq!(Source::from(queue("orders")), Source::new("/queues/orders"));
/// assert_eq!(Target::from(queue("orders")), Target::new("/queues/orders"));
///
/// // A message that is sent to the anonymous target has the address of its queue.
/// let properties = Properties { to: Some(queue("orders").into()), ..Properties::default() };
/// ```
pub const fn queue(name: &str) -> QueueAddress<'_> {
    QueueAddress { name }
}

/// Returns the address of an exchange, for messages without a routing key. [`ExchangeAddress::key`] adds one.
///
/// It converts to a target, but not to a source, because RabbitMQ delivers messages only from queues:
///
/// ```
/// use amqp_net::rabbitmq::exchange;
/// use amqp_types::messaging::{Properties, Target};
///
/// let address = exchange("events").key("order/new");
/// assert_eq!(address.to_string(), "/exchanges/events/order%2Fnew");
/// assert_eq!(Target::from(address), Target::new("/exchanges/events/order%2Fnew"));
///
/// // A message that is sent to the anonymous target has the address of its exchange.
/// let to = exchange("events").key("order.new").to_string();
/// let properties = Properties { to: Some(to.into()), ..Properties::default() };
/// ```
///
/// ```compile_fail,E0277
/// use amqp_net::rabbitmq::exchange;
/// use amqp_types::messaging::Source;
///
/// let source = Source::from(exchange("events"));
/// ```
pub const fn exchange(name: &str) -> ExchangeAddress<'_> {
    ExchangeAddress { name, key: "" }
}

/// The address of a queue: see [`queue`]. `Display` writes it percent-encoded, as RabbitMQ requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QueueAddress<'a> {
    name: &'a str,
}

/// The address of an exchange: see [`exchange`]. `Display` writes it percent-encoded, as RabbitMQ requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExchangeAddress<'a> {
    name: &'a str,
    key: &'a str,
}

impl<'a> ExchangeAddress<'a> {
    /// Sets the routing key of the messages. By default it is empty.
    #[must_use]
    pub const fn key(self, key: &'a str) -> Self {
        Self { key, ..self }
    }
}

impl fmt::Display for QueueAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/queues/{}", segment(self.name))
    }
}

impl fmt::Display for ExchangeAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/exchanges/{}", segment(self.name))?;
        if self.key.is_empty() { Ok(()) } else { write!(f, "/{}", segment(self.key)) }
    }
}

impl From<QueueAddress<'_>> for AddressString {
    fn from(address: QueueAddress<'_>) -> Self {
        address.to_string().into()
    }
}

impl From<ExchangeAddress<'_>> for Target {
    fn from(address: ExchangeAddress<'_>) -> Self {
        Self::new(address.to_string())
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::messaging::Source;

    use super::*;

    #[test]
    fn names_are_percent_encoded() {
        let cases = [
            ("orders", "/queues/orders"),
            ("Az09-._~", "/queues/Az09-._~"),
            ("a/b", "/queues/a%2Fb"),
            ("a b+c", "/queues/a%20b%2Bc"),
            ("100%", "/queues/100%25"),
            ("a%2Fb", "/queues/a%252Fb"),
            ("!*'();:@&=$,?#[]", "/queues/%21%2A%27%28%29%3B%3A%40%26%3D%24%2C%3F%23%5B%5D"),
            ("ü", "/queues/%C3%BC"),
            ("兔", "/queues/%E5%85%94"),
            ("\u{7f}\n", "/queues/%7F%0A"),
            ("", "/queues/"),
        ];
        for (name, address) in cases {
            assert_eq!(queue(name).to_string(), address);
            assert_eq!(Source::from(queue(name)), Source::new(address));
            assert_eq!(Target::from(queue(name)), Target::new(address));
            let address = address.replace("/queues/", "/exchanges/");
            assert_eq!(exchange(name).to_string(), address);
            assert_eq!(Target::from(exchange(name)), Target::new(address));
        }
    }

    #[test]
    fn a_routing_key_is_a_segment_of_its_own() {
        let address = exchange("amq.topic");
        assert_eq!(address.key("").to_string(), "/exchanges/amq.topic");
        assert_eq!(address.key("a.b").to_string(), "/exchanges/amq.topic/a.b");
        assert_eq!(address.key("a/#").key("b").to_string(), "/exchanges/amq.topic/b");
        assert_eq!(exchange("x/y").key("a/*").to_string(), "/exchanges/x%2Fy/a%2F%2A");
    }

    #[test]
    fn every_name_is_decoded_to_itself() {
        let name: String = (0..0x800).filter_map(char::from_u32).collect();
        let address = queue(&name).to_string();
        let encoded = address.strip_prefix("/queues/").unwrap();
        assert!(
            encoded.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._~%".contains(&octet))
        );
        let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap();
        assert_eq!(decoded, name);
    }
}

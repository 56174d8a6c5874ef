//! Bindings, by which exchanges pass messages on.

use amqp_types::{ByteString, Composite, Value};

use super::Arguments;
use super::address::segment;

/// A binding: a rule by which an exchange passes messages on to a queue or to another exchange.
///
/// ```
/// use amqp_net::rabbitmq::Binding;
///
/// let new_orders = Binding::to_queue("events", "orders").key("order.new");
/// let urgent = Binding::to_queue("by-header", "urgent")
///     .argument("x-match", "all")
///     .argument("priority", "high");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a binding is made by `Management::bind`"]
pub struct Binding {
    pub(super) body: BindingBody,
}

/// The body of the request.
#[derive(Clone, Debug, PartialEq, Composite)]
#[amqp(source = map, keys = string)]
pub(super) struct BindingBody {
    source: ByteString,
    #[amqp(rename = "destination_queue")]
    queue: Option<ByteString>,
    #[amqp(rename = "destination_exchange")]
    exchange: Option<ByteString>,
    #[amqp(rename = "binding_key")]
    key: ByteString,
    arguments: Arguments,
}

/// A binding that exists.
#[derive(Clone, Debug, PartialEq, Composite)]
#[amqp(source = map, keys = string)]
pub(super) struct Bound {
    arguments: Arguments,
    /// The path of the binding.
    pub(super) location: ByteString,
}

impl Binding {
    /// Creates a binding with an empty key by which messages go from an exchange to a queue.
    pub fn to_queue(exchange: impl Into<ByteString>, queue: impl Into<ByteString>) -> Self {
        Self::new(exchange.into(), Some(queue.into()), None)
    }

    /// Creates a binding with an empty key by which messages go from an exchange to another one.
    pub fn to_exchange(exchange: impl Into<ByteString>, other: impl Into<ByteString>) -> Self {
        Self::new(exchange.into(), None, Some(other.into()))
    }

    fn new(source: ByteString, queue: Option<ByteString>, exchange: Option<ByteString>) -> Self {
        let (key, arguments) = (ByteString::new(), Arguments::new());
        Self { body: BindingBody { source, queue, exchange, key, arguments } }
    }

    /// Sets the key, with which the exchange compares the routing keys of messages.
    pub fn key(mut self, key: impl Into<ByteString>) -> Self {
        self.body.key = key.into();
        self
    }

    /// Sets an optional argument. An exchange of the type `headers` compares the arguments with the application
    /// properties of messages.
    pub fn argument(mut self, name: impl Into<ByteString>, value: impl Into<Value>) -> Self {
        self.body.arguments.insert(name.into(), value.into());
        self
    }

    /// Returns the path of a binding without arguments. That of one with arguments has a hash of them that only the
    /// broker knows.
    pub(super) fn path(&self) -> Option<String> {
        if !self.body.arguments.is_empty() {
            return None;
        }
        let (kind, destination) = self.destination();
        Some(format!(
            "/bindings/src={};dst{kind}={};key={};args=",
            segment(&self.body.source),
            segment(destination),
            segment(&self.body.key)
        ))
    }

    /// Returns the path of all bindings with this source, destination and key.
    pub(super) fn path_of_all(&self) -> String {
        let (kind, destination) = self.destination();
        format!(
            "/bindings?src={}&dst{kind}={}&key={}",
            segment(&self.body.source),
            segment(destination),
            segment(&self.body.key)
        )
    }

    /// Returns the letter that stands for the kind of the destination, and its name.
    fn destination(&self) -> (char, &str) {
        match (&self.body.queue, &self.body.exchange) {
            (Some(queue), _) => ('q', queue),
            (None, exchange) => ('e', exchange.as_deref().unwrap_or_default()),
        }
    }

    /// Returns whether a binding has the arguments of this one. The broker keeps them in types of its own: a `ulong`
    /// comes back as a `long`, and a symbol as a string.
    pub(super) fn has_arguments_of(&self, bound: &Bound) -> bool {
        let own = &self.body.arguments;
        let is_same = |(name, value): (&ByteString, &Value)| {
            bound.arguments.get(name).is_some_and(|other| simplified(other) == simplified(value))
        };
        own.len() == bound.arguments.len() && own.iter().all(is_same)
    }
}

/// Converts integers and texts to one type each.
fn simplified(value: &Value) -> Value {
    match value {
        Value::Ubyte(number) => Value::Long((*number).into()),
        Value::Ushort(number) => Value::Long((*number).into()),
        Value::Uint(number) => Value::Long((*number).into()),
        Value::Byte(number) => Value::Long((*number).into()),
        Value::Short(number) => Value::Long((*number).into()),
        Value::Int(number) => Value::Long((*number).into()),
        Value::Ulong(number) => i64::try_from(*number).map_or(Value::Ulong(*number), Value::Long),
        Value::Symbol(symbol) => Value::from(symbol.as_str()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::Symbol;

    use super::*;

    #[test]
    fn the_path_of_a_binding() {
        let binding = Binding::to_queue("x/1", "q;2").key("a.*=&");
        let path = "/bindings/src=x%2F1;dstq=q%3B2;key=a.%2A%3D%26;args=";
        assert_eq!(binding.path().as_deref(), Some(path));
        assert_eq!(binding.path_of_all(), "/bindings?src=x%2F1&dstq=q%3B2&key=a.%2A%3D%26");

        let binding = Binding::to_exchange("x", "y");
        assert_eq!(binding.path().as_deref(), Some("/bindings/src=x;dste=y;key=;args="));
        assert_eq!(binding.path_of_all(), "/bindings?src=x&dste=y&key=");
        assert_eq!(binding.argument("x-match", "any").path(), None);
    }

    #[test]
    fn arguments_are_compared_by_value() {
        let bound = |arguments: &[(&str, Value)]| Bound {
            arguments: arguments
                .iter()
                .map(|(name, value)| ((*name).into(), value.clone()))
                .collect(),
            location: ByteString::new(),
        };
        let binding = Binding::to_queue("x", "q")
            .argument("a", 1u64)
            .argument("b", Symbol::from_static("text"))
            .argument("c", true);
        let same = [("c", true.into()), ("b", "text".into()), ("a", 1i64.into())];
        assert!(binding.has_arguments_of(&bound(&same)));
        assert!(!binding.has_arguments_of(&bound(&same[1..])));
        let other = [("c", true.into()), ("b", "text".into()), ("a", 2i64.into())];
        assert!(!binding.has_arguments_of(&bound(&other)));
        let larger = Binding::to_queue("x", "q").argument("a", u64::MAX);
        assert!(!larger.has_arguments_of(&bound(&[("a", (-1i64).into())])));
    }
}

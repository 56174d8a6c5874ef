//! What addresses say.

use amqp_types::transport::{AmqpError, Error};
use bytestring::ByteString;

/// What a node does with its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// Each message goes to one consumer, and waits until there is one.
    Queue,
    /// Each message goes to every consumer that there is.
    Topic,
}

impl NodeKind {
    /// Returns the kind of a node of which nothing is known but its address.
    pub(super) fn of(address: &str) -> Self {
        let is_topic = address.starts_with("topic/") && !is_dead_letters(address);
        if is_topic { Self::Topic } else { Self::Queue }
    }

    /// Returns the capability of a terminus that asks for it, and the article and name for sentences.
    pub(super) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Queue => ("queue", "a queue"),
            Self::Topic => ("topic", "a topic"),
        }
    }
}

const DEAD_LETTERS: &str = "/dead-letters";
const DYNAMIC: &str = "dynamic/";
const MAX_LEN: usize = 1024;

/// Returns where rejected messages go. Those of dead letters go nowhere.
pub(super) fn dead_letters(address: &str) -> Option<ByteString> {
    (!is_dead_letters(address)).then(|| format!("{address}{DEAD_LETTERS}").into())
}

fn is_dead_letters(address: &str) -> bool {
    address.ends_with(DEAD_LETTERS)
}

/// Returns the address of a dynamic node.
pub(super) fn dynamic(number: u64) -> ByteString {
    format!("{DYNAMIC}{number}").into()
}

/// Returns whether an address is one of a dynamic node, which is made only on request.
pub(super) fn is_dynamic(address: &str) -> bool {
    address.starts_with(DYNAMIC)
}

/// Checks that a node of this kind can have this address.
pub(super) fn check(address: &str, kind: NodeKind) -> Result<(), Error> {
    let refuse = |what: String| Err(Error::new(AmqpError::InvalidField, what));
    if kind == NodeKind::Topic && is_dead_letters(address) {
        // A topic without consumers would lose them.
        let what = format!("`{address}` is for dead letters, and cannot be a topic");
        return Err(Error::new(AmqpError::PreconditionFailed, what));
    }
    match address.len() {
        0 => refuse("the address is empty; name a queue, such as `orders`".to_owned()),
        1..=MAX_LEN if !address.chars().any(char::is_control) => Ok(()),
        1..=MAX_LEN => refuse(format!("the address {address:?} has a control character")),
        len => refuse(format!("the address has {len} octets, and {MAX_LEN} are allowed")),
    }
}

//! The messages to send.

use std::path::Path;
use std::{fs, io};

use amqp_types::messaging::EncodedMessage;

use super::lines::{Lines, Notation};
use super::message::Template;

/// The messages to send.
pub(crate) enum Input {
    Repeated(Repeated),
    Lines(Lines),
}

impl Input {
    /// Reads messages from the standard input, and not more than this many.
    pub(crate) fn lines(notation: Notation, most: Option<u64>) -> Self {
        Self::Lines(Lines::start(notation, most))
    }

    /// Waits for messages, and returns at most this many. Returns `None` after the last one. Dropping the future loses
    /// nothing.
    pub(crate) async fn next(&mut self, most: usize) -> Option<Chunk<'_>> {
        match self {
            Self::Repeated(repeated) => repeated.next(most),
            Self::Lines(lines) => lines.next(most).await,
        }
    }

    /// Returns whether there was a line that could not be sent, or the input could not be read.
    pub(crate) const fn has_failed(&self) -> bool {
        match self {
            Self::Repeated(_) => false,
            Self::Lines(lines) => lines.has_failed(),
        }
    }

    /// Returns whether messages are left that were asked for. An input of unknown length has none.
    pub(crate) const fn has_more(&self) -> bool {
        match self {
            Self::Repeated(repeated) => repeated.next < repeated.count,
            Self::Lines(lines) => lines.has_more(),
        }
    }
}

/// Some messages, to be sent in order.
#[derive(Clone, Copy)]
pub(crate) struct Chunk<'a> {
    /// Repeated if there are fewer than the chunk has.
    messages: &'a [EncodedMessage],
    /// The number of the first message in the input, from 0.
    pub(crate) first: u64,
    /// The index of the first message.
    start: usize,
    pub(crate) len: usize,
}

impl<'a> Chunk<'a> {
    pub(crate) const fn new(messages: &'a [EncodedMessage], first: u64) -> Self {
        Self { messages, first, start: 0, len: messages.len() }
    }

    /// Returns the messages after the first ones.
    pub(crate) const fn after(self, sent: usize) -> Self {
        Self {
            first: self.first + sent as u64,
            start: self.start + sent,
            len: self.len.saturating_sub(sent),
            ..self
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a EncodedMessage> {
        let start = self.start % self.messages.len().max(1);
        self.messages.iter().cycle().skip(start).take(self.len)
    }
}

/// Messages that are sent in turn, so that no message has to be made while the peer is loaded.
pub(crate) struct Repeated {
    messages: Vec<EncodedMessage>,
    next: u64,
    count: u64,
}

impl Repeated {
    /// Sends these messages once, or this many of them.
    pub(crate) fn new(messages: Vec<EncodedMessage>, count: Option<u64>) -> Self {
        let count = count.unwrap_or(messages.len() as u64);
        Self { messages, next: 0, count }
    }

    fn next(&mut self, most: usize) -> Option<Chunk<'_>> {
        let left = self.count - self.next;
        let len = usize::try_from(left).map_or(most, |left| left.min(most));
        let first = self.next;
        self.next += len as u64;
        let start = usize::try_from(first % (self.messages.len() as u64).max(1)).unwrap_or(0);
        (left > 0).then_some(Chunk { messages: &self.messages, first, start, len })
    }
}

/// Returns a message with the content of a file.
pub(crate) fn file(path: &Path, template: &Template) -> Result<EncodedMessage, String> {
    let read = if path == Path::new("-") {
        let mut octets = Vec::new();
        io::Read::read_to_end(&mut io::stdin().lock(), &mut octets).map(|_| octets)
    } else {
        fs::read(path)
    };
    let octets =
        read.map_err(|error| format!("--file {}: cannot read the file: {error}", path.display()))?;
    template.data(&octets)
}

#[cfg(test)]
mod tests {
    use amqp_types::messaging::{Body, Message};

    use super::*;

    #[test]
    fn messages_are_repeated_in_turn() {
        let message = |text: &str| {
            let message = Message { body: Body::value(text), ..Message::default() };
            EncodedMessage::new(message.to_bytes().unwrap()).unwrap()
        };
        let [a, b, c] = ["a", "b", "c"].map(message);
        let mut repeated = Repeated::new(vec![a, b, c], Some(8));
        let mut seen = Vec::new();
        while let Some(chunk) = repeated.next(3) {
            assert_eq!(chunk.first, seen.len() as u64);
            let rest = chunk.after(1);
            assert_eq!((rest.first, rest.len), (chunk.first + 1, chunk.len - 1));
            let text = |message: &EncodedMessage| message.body().to_value::<String>().unwrap();
            assert!(chunk.iter().map(text).skip(1).eq(rest.iter().map(text)));
            seen.extend(chunk.iter().map(text));
        }
        assert_eq!(seen.concat(), "abcabcab");
    }
}

//! Messages from the lines of the standard input, which a thread reads and encodes.

use std::io::{self, BufRead, BufReader, Read};
use std::thread;

use amqp_types::messaging::EncodedMessage;
use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::input::Chunk;
use super::message::Template;
use crate::output;

/// The maximum number of lines in a batch. Lines that have come are not held back until there are this many.
const BATCH: usize = 256;
/// The maximum number of octets of a batch, unless one message is larger.
const BATCH_OCTETS: usize = 1 << 20;
/// The maximum length of a line, so that an endless one does not fill the memory.
const MAX_LINE: u64 = 256 << 20;

/// A message in JSON.
const HELLO: &str = r#"{"message":[{"described":[{"ulong":"119"},{"string":"hello"}]}]}"#;

/// How a text stands for a message.
#[derive(Clone, Debug)]
pub(crate) enum Notation {
    /// The text is the body.
    Text(Template),
    /// The text is a message in JSON.
    Json,
}

impl Notation {
    /// Returns the message for which a text stands.
    pub(crate) fn parse(&self, text: &[u8]) -> Result<EncodedMessage, String> {
        match self {
            Self::Text(template) => {
                let text = str::from_utf8(text).map_err(|error| {
                    format!(
                        "the text is not in UTF-8 (octet {}); --file sends any octets",
                        error.valid_up_to(),
                    )
                })?;
                template.text(text)
            }
            Self::Json => {
                let message = json(text).map_err(|error| {
                    format!(
                        "not a message in JSON: {error}; `amqp receive --json` prints such messages, for example \
                         {HELLO}"
                    )
                })?;
                // Section 3.2.
                if !message.view().has_body() {
                    return Err(format!(
                        "the message has no body, and needs a section of the kind data (117), amqp-sequence (118) \
                         or amqp-value (119), for example {HELLO}"
                    ));
                }
                Ok(message)
            }
        }
    }
}

/// Parses a message in JSON. Its own limit of depth counts the levels of AMQP, of which each takes up to three in JSON.
fn json(text: &[u8]) -> Result<EncodedMessage, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    deserializer.disable_recursion_limit();
    let message = EncodedMessage::deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(message)
}

/// The lines that have been read.
pub(crate) struct Lines {
    batches: Receiver<Batch>,
    current: Batch,
    /// The number of messages of the current batch that have been returned.
    returned: usize,
    /// The number of messages that may still be returned.
    left: Option<u64>,
    has_failed: bool,
}

/// Messages from consecutive lines.
#[derive(Debug, Default)]
struct Batch {
    /// The number of lines before them.
    first: u64,
    messages: Vec<EncodedMessage>,
    /// Why the line after them is not sent.
    problem: Option<String>,
}

impl Lines {
    /// Starts to read the standard input.
    pub(crate) fn start(notation: Notation, most: Option<u64>) -> Self {
        let (to, batches) = channel(1);
        thread::spawn(move || {
            read(BufReader::with_capacity(64 << 10, io::stdin()), &notation, &to);
        });
        Self { batches, current: Batch::default(), returned: 0, left: most, has_failed: false }
    }

    pub(crate) async fn next(&mut self, most: usize) -> Option<Chunk<'_>> {
        let left = self.left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        let most = most.min(left);
        if most == 0 {
            return None;
        }
        while self.returned == self.current.messages.len() {
            if let Some(problem) = self.current.problem.take() {
                self.has_failed = true;
                output::complain(&problem);
            }
            self.current = self.batches.recv().await?;
            self.returned = 0;
        }
        let messages = self.current.messages.get(self.returned..).unwrap_or_default();
        let messages = messages.get(..most).unwrap_or(messages);
        let first = self.current.first + self.returned as u64;
        self.returned += messages.len();
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(messages.len() as u64);
        }
        Some(Chunk::new(messages, first))
    }

    pub(crate) const fn has_failed(&self) -> bool {
        self.has_failed
    }

    pub(crate) const fn has_more(&self) -> bool {
        matches!(self.left, Some(1..))
    }
}

/// Reads lines until the end, or until nobody wants more.
fn read(mut input: BufReader<impl Read>, notation: &Notation, to: &Sender<Batch>) {
    let mut batch = Batch::default();
    let (mut octets, mut line, mut number) = (0, Vec::new(), 0_u64);
    loop {
        line.clear();
        let is_last = match input.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line) {
            Ok(0) => {
                // The problem of a batch has been sent with it.
                if !batch.messages.is_empty() {
                    let _ = to.blocking_send(batch);
                }
                return;
            }
            Ok(read) if read as u64 > MAX_LINE => {
                batch.problem = Some(format!(
                    "line {}: longer than {} MiB; --file sends it as one message, and what follows was not read",
                    number + 1,
                    MAX_LINE >> 20,
                ));
                true
            }
            Ok(_) => false,
            Err(error) => {
                batch.problem = Some(format!("cannot read the standard input: {error}"));
                true
            }
        };
        number += 1;
        if !is_last {
            line.pop_if(|last| *last == b'\n');
            line.pop_if(|last| *last == b'\r');
            match notation.parse(&line) {
                Ok(message) => {
                    octets += message.octets().len();
                    batch.messages.push(message);
                }
                Err(error) => batch.problem = Some(format!("line {number}: not sent: {error}")),
            }
        }
        // The next line may come much later.
        let is_due = batch.problem.is_some()
            || batch.messages.len() == BATCH
            || octets > BATCH_OCTETS
            || !input.buffer().contains(&b'\n');
        if is_due {
            let next = Batch { first: number, ..Batch::default() };
            if to.blocking_send(std::mem::replace(&mut batch, next)).is_err() || is_last {
                return;
            }
            octets = 0;
        }
    }
}

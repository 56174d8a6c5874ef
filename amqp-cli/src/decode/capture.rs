//! Captures of a network: the AMQP conversations in them.
//!
//! A file (`file`) has packets, of which those of TCP are segments (`segment`) of connections
//! (`connection`). The segments of each direction are put in order (`direction`) and decoded (`frames`), and
//! both directions are merged (`conversation`), which is written as text (`text`) or as JSON (`json`).

mod connection;
mod conversation;
mod direction;
mod file;
mod frames;
mod json;
mod segment;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::Serialize;

use self::connection::Connections;
use self::conversation::{Conversation, Event, What};
use self::file::FileError;
pub(crate) use self::segment::payload;
use self::segment::{Other, Segment};
use super::json::{Error, write as write_json};
use super::source::Source;
use super::text::Counted;
use crate::output;

/// The first octets of a TLS handshake.
const TLS_HANDSHAKE: &[u8] = &[0x16, 0x03];

/// Writes the conversations of a capture. Returns whether there are any, and all of them could be decoded.
pub(crate) fn decode(path: &Path, is_json: bool, out: &mut impl Write) -> io::Result<bool> {
    let mut file = Vec::new();
    Source::open(path)?.read_to_end(&mut file)?;
    let mut notes = Vec::new();
    let is_complete = decode_file(&file, is_json, out, &mut notes)?;
    // A terminal shows both outputs, in the order in which they are written.
    out.flush()?;
    output::complain_at_length(notes.concat().as_bytes());
    Ok(is_complete)
}

/// Decodes the content of a file. The notes are lines about what could not be decoded.
fn decode_file(
    file: &[u8],
    is_json: bool,
    out: &mut impl Write,
    notes: &mut Vec<String>,
) -> io::Result<bool> {
    let (mut connections, mut times, mut skipped) =
        (Connections::default(), Vec::new(), Skipped::default());
    let end = file::read(file, |packet| {
        times.push(packet.time);
        match Segment::of(&packet) {
            Ok(segment) => connections.add(&segment),
            Err(other) => skipped.add(other),
        }
    });
    let (mut count, mut all_decoded) = (0, true);
    for connection in connections.into_all() {
        let is_encrypted = connection.directions.iter().any(|d| d.begins_with(TLS_HANDSHAKE));
        let Some(conversation) = Conversation::of(connection) else {
            skipped.others += 1;
            skipped.encrypted += usize::from(is_encrypted);
            continue;
        };
        count += 1;
        let is_undecodable = |event: &Event| matches!(event.what, What::Undecodable { .. });
        all_decoded &= !conversation.events.iter().any(is_undecodable);
        if is_json {
            write_json(&json::Line { conversation: &conversation, times: &times }, out)?;
        } else {
            text::write(&conversation, count, &times, out)?;
        }
    }
    let error = match end {
        Err(FileError::NotCapture) => ("not-a-capture", FileError::NotCapture.to_string()),
        _ if count == 0 => {
            let packets = Counted(times.len(), "packet");
            ("no-conversation", format!("no AMQP conversation in {packets}: {skipped}"))
        }
        end => {
            if let Err(error) = end {
                notes.push(format!("note: {error}; the packets before it are decoded\n"));
            }
            if skipped.matters() {
                notes.push(format!("note: {skipped}\n"));
            }
            let is_whole = matches!(end, Ok(()) | Err(FileError::Truncated { .. }));
            return Ok(all_decoded && is_whole);
        }
    };
    let (kind, message) = error;
    if is_json {
        write_json(&ErrorLine { error: Error { kind, at: 0, message } }, out)?;
    } else {
        notes.push(format!("error[{kind}]: {message}\n  to do: {HOW_TO_CAPTURE}\n"));
    }
    Ok(false)
}

const HOW_TO_CAPTURE: &str = "tcpdump -i any -s 0 -w FILE port 5672";

#[derive(Serialize)]
struct ErrorLine<'a> {
    error: Error<'a>,
}

/// Returns the time of a packet, in nanoseconds since the Unix epoch.
fn time_of(packet: usize, times: &[u64]) -> u64 {
    packet.checked_sub(1).and_then(|index| times.get(index)).copied().unwrap_or_default()
}

/// What is not decoded.
#[derive(Default)]
struct Skipped {
    /// Connections that do not speak AMQP.
    others: usize,
    /// Those of them that begin with TLS.
    encrypted: usize,
    fragments: usize,
    links: BTreeSet<i32>,
}

impl Skipped {
    fn add(&mut self, other: Other) {
        match other {
            Other::Fragment => self.fragments += 1,
            Other::UnknownLink(link) => drop(self.links.insert(link)),
            Other::Protocol => {}
        }
    }

    /// Whether something may be missing from the conversations.
    fn matters(&self) -> bool {
        self.encrypted > 0 || self.fragments > 0 || !self.links.is_empty()
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { others, encrypted, fragments, links } = self;
        write!(f, "{} with other protocols", Counted(*others, "TCP connection"))?;
        if *encrypted > 0 {
            write!(f, ", {encrypted} of them with TLS, which cannot be decoded")?;
        }
        if *fragments > 0 {
            write!(f, ", {} of IP, which are not put together", Counted(*fragments, "fragment"))?;
        }
        if !links.is_empty() {
            write!(f, ", packets of unknown link types {links:?}")?;
        }
        Ok(())
    }
}

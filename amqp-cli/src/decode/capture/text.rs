//! A conversation as text: a line for each header and each frame, with the parts of the frame below it.

use std::io::{self, Write};

use amqp_types::Timestamp;

use super::conversation::{Conversation, What};
use super::segment::{Ending, Side};
use super::time_of;
use crate::decode::stream::Item;
use crate::decode::text::{Counted, write_frame, write_header};

/// Writes a conversation. The times are those of the packets.
pub(super) fn write(
    conversation: &Conversation,
    number: usize,
    times: &[u64],
    out: &mut impl Write,
) -> io::Result<()> {
    let Conversation { client, server, has_start, events } = conversation;
    write!(out, "conversation {number}: client {client} ->, server {server} <-")?;
    let first = events.first().map_or(0, |event| time_of(event.packet, times));
    let millis = i64::try_from(first / 1_000_000).unwrap_or(i64::MAX);
    write!(out, ", from {}", Timestamp(millis))?;
    writeln!(out, "{}", if *has_start { "" } else { ", whose start was not captured" })?;
    let start = times.first().copied().unwrap_or_default();
    for event in events {
        let arrow = match event.from {
            Side::Client => "->",
            Side::Server => "<-",
        };
        let micros = time_of(event.packet, times).saturating_sub(start) / 1_000;
        let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
        write!(out, "  {arrow} packet {}, {seconds}.{micros:06} s: ", event.packet)?;
        write_what(&event.what, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_what(what: &What, out: &mut impl Write) -> io::Result<()> {
    match what {
        What::Item(Item::Header(header)) => write_header(*header, out),
        What::Item(Item::Frame(frame)) => write_frame(frame, 1, out),
        What::Missing(count) => write!(out, "gap: {count} octets were not captured"),
        What::Skipped(count) => {
            write!(out, "{} skipped, up to the next frame", Counted(*count, "octet"))
        }
        What::Incomplete { captured, size } => {
            write!(out, "the first {captured} of {size} octets; the others were not captured")
        }
        What::OtherProtocol(count) => {
            write!(out, "{} of another protocol, or encrypted", Counted(*count, "octet"))
        }
        What::Undecodable { problem, left } => {
            let left = Counted(*left, "octet");
            write!(out, "error[{}]: {}; {left} not decoded", problem.kind, problem.message)
        }
        What::End(Ending::Closed) => out.write_all(b"end of the stream"),
        What::End(Ending::Reset) => out.write_all(b"connection reset"),
    }
}

//! The headers and frames of both directions of a connection, in the order of time.

use std::net::SocketAddr;

use amqp_types::Bytes;

use super::connection::Connection;
use super::direction::{Arrival, Direction, End, Run};
use super::frames;
use super::segment::{Ending, Side};
use crate::decode::problem::Problem;
use crate::decode::stream::Item;

/// A connection that speaks AMQP.
pub(super) struct Conversation {
    pub(super) client: SocketAddr,
    pub(super) server: SocketAddr,
    /// Whether the first octets of both directions were captured.
    pub(super) has_start: bool,
    pub(super) events: Vec<Event>,
}

/// Something in one direction.
pub(super) struct Event {
    /// The number of the packet that completes it.
    pub(super) packet: usize,
    pub(super) from: Side,
    pub(super) what: What,
}

pub(super) enum What {
    /// A header or a frame. Frames of SASL have no secrets.
    Item(Item),
    /// Octets that were not captured.
    Missing(u64),
    /// Octets after which the next frame was found, because a part before them was not captured.
    Skipped(usize),
    /// The first octets of a frame, whose rest was not captured.
    Incomplete { captured: usize, size: usize },
    /// Octets of another protocol, such as TLS, after its header.
    OtherProtocol(usize),
    /// Octets that cannot be decoded, of which this many are left.
    Undecodable { problem: Problem, left: usize },
    /// The end of the stream.
    End(Ending),
}

impl Conversation {
    /// Decodes a connection, or returns `None` if it does not speak AMQP.
    pub(super) fn of(connection: Connection<'_>) -> Option<Self> {
        let [client, server] = connection.ends;
        let has_start = connection.directions.iter().all(Direction::has_start);
        let [of_client, of_server] = connection.directions;
        let streams = [Stream::of(of_client, Side::Client), Stream::of(of_server, Side::Server)];
        if !streams.iter().any(Stream::speaks_amqp) {
            return None;
        }
        let mut events = Vec::new();
        for stream in streams {
            stream.decode(&mut events);
        }
        // The events of one direction keep their order.
        events.sort_by_key(|event| event.packet);
        Some(Self { client, server, has_start, events })
    }
}

/// One direction, in order.
struct Stream {
    from: Side,
    has_start: bool,
    end: Option<End>,
    runs: Vec<Run>,
}

impl Stream {
    fn of(direction: Direction<'_>, from: Side) -> Self {
        let (has_start, end) = (direction.has_start(), direction.end);
        Self { from, has_start, end, runs: direction.runs() }
    }

    /// Whether it begins with a header of AMQP, or with frames if its start was not captured.
    fn speaks_amqp(&self) -> bool {
        self.runs.first().is_some_and(|run| {
            run.octets.starts_with(b"AMQP") || !self.has_start && frames::first_frame(run).is_some()
        })
    }

    fn decode(self, events: &mut Vec<Event>) {
        let from = self.from;
        let mut is_searched = !self.has_start;
        let mut last = 0;
        for run in self.runs {
            let first = run.arrivals.first().map_or(last, |arrival| arrival.packet);
            if run.missing > 0 {
                events.push(Event { packet: first, from, what: What::Missing(run.missing) });
                is_searched = true;
            }
            let start = if is_searched { frames::first_frame(&run) } else { Some(0) };
            let skipped = start.unwrap_or(run.octets.len());
            if skipped > 0 {
                events.push(Event { packet: first, from, what: What::Skipped(skipped) });
            }
            let octets = Bytes::from(run.octets);
            let packet_of = |end| packet_of(&run.arrivals, end);
            last = packet_of(octets.len());
            let may_go_on = frames::decode(&octets, skipped, |what, end| {
                events.push(Event { packet: packet_of(end), from, what });
            });
            if !may_go_on {
                break;
            }
        }
        if let Some(End { packet, ending }) = self.end {
            events.push(Event { packet: packet.max(last), from, what: What::End(ending) });
        }
    }
}

/// Returns the packet with which the octets before an end could be read.
fn packet_of(arrivals: &[Arrival], end: usize) -> usize {
    let begun = arrivals.partition_point(|arrival| arrival.at < end);
    arrivals.get(begun.saturating_sub(1)).map_or(0, |arrival| arrival.packet)
}

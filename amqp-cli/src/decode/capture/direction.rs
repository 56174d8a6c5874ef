//! One direction of a TCP connection: segments that arrive in any order, and the octets that they carry.

use std::collections::BTreeMap;

use super::segment::{Ending, Segment};

/// A direction of a connection.
#[derive(Default)]
pub(super) struct Direction<'a> {
    /// The octets by the position of their first one, each once.
    parts: BTreeMap<i64, Part<'a>>,
    /// The last position that was seen, and its sequence number, which wraps.
    seen: Option<(i64, u32)>,
    /// The position of the first octet, if the segment that opens the stream was captured.
    start: Option<i64>,
    /// The sequence number of the segment that opens the stream.
    pub(super) opened: Option<u32>,
    /// The first end of the stream, if it has ended.
    pub(super) end: Option<End>,
}

/// How a stream ended, and the number of the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) packet: usize,
    pub(super) ending: Ending,
}

/// Octets of a segment that no segment before it had.
struct Part<'a> {
    packet: usize,
    octets: &'a [u8],
}

/// Octets without a gap.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The number of octets before it that were not captured.
    pub(super) missing: u64,
    pub(super) octets: Vec<u8>,
    /// The octets at which segments begin, and the packets with which they could be read: those before
    /// them had arrived too.
    pub(super) arrivals: Vec<Arrival>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) at: usize,
    pub(super) packet: usize,
}

impl<'a> Direction<'a> {
    /// Adds a segment.
    pub(super) fn add(&mut self, segment: &Segment<'a>) {
        let mut position = match self.seen {
            // The distance is the shorter way round.
            Some((position, sequence)) => {
                let distance = segment.sequence.wrapping_sub(sequence).cast_signed();
                position.saturating_add(distance.into())
            }
            None => 0,
        };
        self.seen = Some((position, segment.sequence));
        if segment.opens.is_some() {
            position += 1;
            self.opened.get_or_insert(segment.sequence);
            self.start.get_or_insert(position);
        }
        self.add_octets(position, segment.packet, segment.octets);
        if let Some(ending) = segment.ends {
            self.end.get_or_insert(End { packet: segment.packet, ending });
        }
    }

    /// Adds those octets that have not been added before.
    fn add_octets(&mut self, mut position: i64, packet: usize, mut octets: &'a [u8]) {
        // The octets that are known already, with those of the part before.
        let before = self.parts.range(..=position).next_back().map(|(start, part)| (*start, part));
        let mut known = before.map_or(0, |(start, part)| {
            let end = start.saturating_add(as_position(part.octets.len()));
            usize::try_from(end.saturating_sub(position)).unwrap_or(0)
        });
        loop {
            octets = octets.get(known..).unwrap_or_default();
            position = position.saturating_add(as_position(known));
            if octets.is_empty() {
                return;
            }
            let next = self
                .parts
                .range(position..)
                .next()
                .map(|(start, part)| (*start, part.octets.len()));
            let (new, next_len) = match next {
                Some((start, len)) => {
                    (usize::try_from(start.saturating_sub(position)).unwrap_or(usize::MAX), len)
                }
                None => (usize::MAX, 0),
            };
            let (part, rest) = octets.split_at(new.min(octets.len()));
            if !part.is_empty() {
                self.parts.insert(position, Part { packet, octets: part });
            }
            position = position.saturating_add(as_position(part.len()));
            (octets, known) = (rest, next_len);
        }
    }

    /// Whether the first octets that were captured begin with these octets.
    pub(super) fn begins_with(&self, octets: &[u8]) -> bool {
        self.parts.values().next().is_some_and(|part| part.octets.starts_with(octets))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether the first octets were captured.
    pub(super) fn has_start(&self) -> bool {
        self.start.is_some()
    }

    /// Puts the octets in order. Of those that were sent more than once, the first are taken.
    pub(super) fn runs(self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let (mut next, mut packet) = (self.start, 0);
        for (position, part) in self.parts {
            let due = *next.get_or_insert(position);
            // What is before the first octet is no part of the stream.
            let Some(missing) = position.checked_sub(due).and_then(|len| u64::try_from(len).ok())
            else {
                continue;
            };
            packet = packet.max(part.packet);
            if runs.is_empty() || missing > 0 {
                runs.push(Run { missing, octets: Vec::new(), arrivals: Vec::new() });
            }
            if let Some(run) = runs.last_mut() {
                run.arrivals.push(Arrival { at: run.octets.len(), packet });
                run.octets.extend_from_slice(part.octets);
            }
            next = Some(position.saturating_add(as_position(part.octets.len())));
        }
        runs
    }
}

fn as_position(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::*;
    use crate::decode::capture::segment::Side;

    fn segment(packet: usize, sequence: u32, octets: &[u8]) -> Segment<'_> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 5672));
        Segment { packet, from: address, to: address, sequence, opens: None, ends: None, octets }
    }

    /// Returns the runs of these segments, after one that opens the stream if its number is given.
    fn runs(
        opens: Option<u32>,
        segments: &[(usize, u32, &[u8])],
    ) -> Vec<(u64, String, Vec<usize>)> {
        let mut direction = Direction::default();
        if let Some(sequence) = opens {
            direction.add(&Segment { opens: Some(Side::Client), ..segment(1, sequence, b"") });
        }
        for (packet, sequence, octets) in segments {
            direction.add(&segment(*packet, *sequence, octets));
        }
        let runs = direction.runs().into_iter().map(|run| {
            let packets = run.arrivals.iter().map(|arrival| arrival.packet).collect();
            (run.missing, String::from_utf8(run.octets).unwrap(), packets)
        });
        runs.collect()
    }

    fn run(missing: u64, octets: &str, packets: &[usize]) -> (u64, String, Vec<usize>) {
        (missing, octets.to_owned(), packets.to_vec())
    }

    #[test]
    fn segments_in_any_order_and_more_than_once() {
        let in_order: [(usize, u32, &[u8]); 3] = [(2, 8, b"abc"), (3, 11, b"def"), (4, 14, b"g")];
        assert_eq!(runs(Some(7), &in_order), [run(0, "abcdefg", &[2, 3, 4])]);
        // What arrives too early can be read with the packet before it.
        let swapped: [(usize, u32, &[u8]); 3] = [(2, 11, b"def"), (3, 14, b"g"), (4, 8, b"abc")];
        assert_eq!(runs(Some(7), &swapped), [run(0, "abcdefg", &[4, 4, 4])]);
        let again: [(usize, u32, &[u8]); 5] =
            [(2, 8, b"abc"), (3, 8, b"XXXde"), (4, 10, b"X"), (5, 12, b"Xf"), (6, 8, b"XXXXXX")];
        assert_eq!(runs(Some(7), &again), [run(0, "abcdef", &[2, 3, 5])]);
        // One that fills a gap repeats what is on both sides of it.
        let filling: [(usize, u32, &[u8]); 3] = [(2, 8, b"ab"), (3, 12, b"ef"), (4, 9, b"XcdXXg")];
        assert_eq!(runs(Some(7), &filling), [run(0, "abcdefg", &[2, 4, 4, 4])]);
        // A segment that keeps the connection alive repeats an octet, even one before the first.
        assert_eq!(runs(Some(7), &[(2, 7, b"X"), (3, 8, b"ab")]), [run(0, "ab", &[3])]);
    }

    #[test]
    fn sequence_numbers_wrap() {
        let wrapped: [(usize, u32, &[u8]); 3] =
            [(2, u32::MAX, b"ab"), (3, 3, b"ef"), (4, 1, b"cd")];
        assert_eq!(runs(Some(u32::MAX - 1), &wrapped), [run(0, "abcdef", &[2, 4, 4])]);
        assert_eq!(runs(None, &wrapped), [run(0, "abcdef", &[2, 4, 4])]);
    }

    #[test]
    fn gaps_have_their_length() {
        let lost: [(usize, u32, &[u8]); 2] = [(2, 8, b"abc"), (3, 15, b"d")];
        assert_eq!(runs(Some(7), &lost), [run(0, "abc", &[2]), run(4, "d", &[3])]);
        assert_eq!(runs(Some(5), &lost[1..]), [run(9, "d", &[3])]);
        assert_eq!(runs(None, &lost[1..]), [run(0, "d", &[3])]);
        assert_eq!(runs(Some(5), &[]), []);
    }
}

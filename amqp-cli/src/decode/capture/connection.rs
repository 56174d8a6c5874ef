//! The TCP connections of a capture.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::direction::Direction;
use super::segment::{Segment, Side};

/// A TCP connection.
pub(super) struct Connection<'a> {
    /// The two ends, of which the first sends in the first direction. It is the client, as far as is known.
    pub(super) ends: [SocketAddr; 2],
    pub(super) directions: [Direction<'a>; 2],
}

/// All TCP connections, in the order of their first segments.
#[derive(Default)]
pub(super) struct Connections<'a> {
    all: Vec<Connection<'a>>,
    /// The index of the last connection between two ends.
    last: HashMap<[SocketAddr; 2], usize>,
}

impl<'a> Connections<'a> {
    /// Adds a segment to its connection, or to a new one.
    pub(super) fn add(&mut self, segment: &Segment<'a>) {
        let Segment { from, to, .. } = *segment;
        let key = if from < to { [from, to] } else { [to, from] };
        let last = self.last.get(&key).copied().filter(|index| {
            self.all.get(*index).is_some_and(|connection| !connection.is_over(segment))
        });
        let index = last.unwrap_or_else(|| {
            // If the start was not captured, the server most likely has the lower port.
            let is_server = match segment.opens {
                Some(side) => side == Side::Server,
                None => from.port() < to.port(),
            };
            let ends = if is_server { [to, from] } else { [from, to] };
            self.all.push(Connection { ends, directions: Default::default() });
            self.all.len() - 1
        });
        self.last.insert(key, index);
        if let Some(connection) = self.all.get_mut(index) {
            connection.direction(from).add(segment);
        }
    }

    /// Returns the connections.
    pub(super) fn into_all(self) -> Vec<Connection<'a>> {
        self.all
    }
}

impl<'a> Connection<'a> {
    fn direction(&mut self, from: SocketAddr) -> &mut Direction<'a> {
        let [of_client, of_server] = &mut self.directions;
        if from == self.ends[0] { of_client } else { of_server }
    }

    /// Whether a segment opens another connection between the same ends.
    fn is_over(&self, segment: &Segment<'_>) -> bool {
        let [of_client, of_server] = &self.directions;
        let direction = if segment.from == self.ends[0] { of_client } else { of_server };
        segment.opens.is_some()
            && match direction.opened {
                Some(sequence) => sequence != segment.sequence,
                None => !direction.is_empty(),
            }
    }
}

//! Streams: protocol headers and frames, one after another.

use amqp_types::Bytes;
use amqp_types::transport::ProtocolHeader;

use super::frame::{self, Frame};
use super::header;
use super::items::Items;
use super::problem::Problem;

/// An item of a stream.
pub(crate) enum Item {
    Header(ProtocolHeader),
    Frame(Frame),
}

/// An item, and the octet at which it begins.
pub(crate) struct Placed {
    pub(crate) at: usize,
    pub(crate) item: Item,
}

/// Appends all items of a stream to `stream`, also those before an error.
///
/// The order of the items is not checked, because a capture may contain both directions and may begin in
/// the middle of a connection.
pub(crate) fn decode(octets: &Bytes, stream: &mut Vec<Placed>) -> Result<(), Problem> {
    if octets.is_empty() {
        return Err(Problem::nothing());
    }
    let (mut at, mut items) = (0, Items::of(octets));
    while at < octets.len() {
        let (item, end) = if header::begins(octets.get(at..).unwrap_or_default()) {
            let (header, end) = header::take(octets, at)?;
            (Item::Header(header), end)
        } else {
            let (frame, end) = frame::take(octets, at, &mut items)?;
            (Item::Frame(frame), end)
        };
        stream.push(Placed { at, item });
        at = end;
    }
    Ok(())
}

//! Streams: protocol headers and frames, one after another.

use amqp_types::Bytes;
use amqp_types::transport::ProtocolHeader;

use super::frame::{self, Frame};
use super::header;
use super::items::Items;
use super::problem::Problem;

/// What a stream is made of.
pub(crate) enum Item {
    Header(ProtocolHeader),
    Frame(Frame),
}

/// An item, and at which octet it begins.
pub(crate) struct Placed {
    pub(crate) at: usize,
    pub(crate) item: Item,
}

/// Items up to the end of the octets. Each must be whole; what may follow what is not asked, for
/// both directions may be in one stream, and either may have begun before it. With an error, the
/// items before it are there.
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

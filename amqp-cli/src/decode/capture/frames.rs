//! The headers and frames in octets without a gap.

use amqp_types::transport::{FrameHeader, ProtocolHeader};
use amqp_types::{Bytes, Value};

use super::conversation::What;
use super::direction::Run;
use crate::decode::frame::{self, Frame};
use crate::decode::header;
use crate::decode::items::Items;
use crate::decode::stream::Item;

/// The length of a protocol header, and of the header of a frame.
const HEADER_LEN: usize = 8;

/// Returns the octet of the first segment that begins with a header or a frame.
pub(super) fn first_frame(run: &Run) -> Option<usize> {
    run.arrivals.iter().map(|arrival| arrival.at).find(|at| {
        let octets = run.octets.get(*at..).unwrap_or_default();
        header::begins(octets) || begins_frame(octets)
    })
}

/// Whether octets begin with the header of a frame and the descriptor of a performative.
fn begins_frame(octets: &[u8]) -> bool {
    let Some(header) = frame::header_at(octets, 0).filter(|header| is_plausible(*header)) else {
        return false;
    };
    let body = octets.get(usize::from(header.doff) * 4..).unwrap_or_default();
    match body {
        _ if header.size == 8 => true,
        [0x00, 0x53, code, ..] | [0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, code, ..] => {
            matches!(code, 0x10..=0x18 | 0x40..=0x44)
        }
        [0x00, 0xa3, _, b'a', b'm', b'q', b'p', b':', ..] => true,
        _ => false,
    }
}

/// Whether frames follow a header. After that of TLS or of another version, the octets are unknown.
fn is_followed_by_frames(header: ProtocolHeader) -> bool {
    [ProtocolHeader::AMQP, ProtocolHeader::SASL].contains(&header)
}

fn is_plausible(header: FrameHeader) -> bool {
    let size = usize::try_from(header.size).unwrap_or(usize::MAX);
    header.doff >= 2 && usize::from(header.doff) * 4 <= size && header.frame_type.0 <= 1
}

/// Decodes octets that begin with a header or a frame, and calls `take` with each item and the octet at
/// which it ends. Returns whether there may be more after a gap.
pub(super) fn decode(octets: &Bytes, mut at: usize, mut take: impl FnMut(What, usize)) -> bool {
    let mut items = Items::of(octets);
    while at < octets.len() {
        let left = octets.len() - at;
        let is_header = header::begins(octets.get(at..).unwrap_or_default());
        let frame_header = frame::header_at(octets, at).filter(|header| is_plausible(*header));
        let size = match frame_header {
            _ if is_header => HEADER_LEN,
            Some(header) => usize::try_from(header.size).unwrap_or(usize::MAX),
            None if left < HEADER_LEN => HEADER_LEN,
            None => 0,
        };
        if size > left {
            take(What::Incomplete { captured: left, size }, octets.len());
            return true;
        }
        let item = if is_header {
            header::take(octets, at).map(|(header, end)| (Item::Header(header), end))
        } else {
            frame::take(octets, at, &mut items)
                .map(|(frame, end)| (Item::Frame(without_secrets(frame)), end))
        };
        match item {
            Ok((item, end)) => {
                let is_other =
                    matches!(item, Item::Header(header) if !is_followed_by_frames(header));
                take(What::Item(item), end);
                at = end;
                if is_other {
                    if at < octets.len() {
                        take(What::OtherProtocol(octets.len() - at), octets.len());
                    }
                    return false;
                }
            }
            Err(problem) => {
                take(What::Undecodable { problem, left }, octets.len());
                return false;
            }
        }
    }
    true
}

/// Replaces what a frame of SASL carries for a mechanism, such as a password, by its length.
fn without_secrets(frame: Frame) -> Frame {
    if !frame.is_sasl() {
        return frame;
    }
    let body = frame.body.map(|body| match body {
        Value::Described(mut described) => {
            described.value = match described.value {
                Value::List(fields) => {
                    Value::List(fields.into_iter().map(without_secret).collect())
                }
                other => without_secret(other),
            };
            Value::Described(described)
        }
        other => without_secret(other),
    });
    Frame { body, payload: Bytes::new(), ..frame }
}

/// Returns a field that is known to have no secret, or a text in its place.
fn without_secret(field: Value) -> Value {
    let is_symbol = |item: &Value| matches!(item, Value::Symbol(_));
    match field {
        Value::Null | Value::Ubyte(_) | Value::Symbol(_) | Value::String(_) => field,
        Value::Array(ref symbols) if symbols.items().iter().all(is_symbol) => field,
        Value::Binary(octets) => format!("{} octets, not shown", octets.len()).as_str().into(),
        _ => "not shown".into(),
    }
}

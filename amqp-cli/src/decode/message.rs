//! Messages: sections in their order, each by the rules of its type.

use amqp_types::messaging::{EncodedMessage, Section};
use amqp_types::{
    Accepts, Bytes, Constructor, Decode, DecodeError, Decoder, Failed, Reader, Value,
};

use super::items::Items;
use super::known::Type;
use super::problem::Problem;

/// Returns whether the octets begin with a section, after which another one may begin.
pub(crate) fn begins(octets: &Bytes) -> bool {
    let begins = Decoder::new(octets).read(|reader| {
        let first = reader.constructor()?;
        reader.skip_value(first)?;
        Ok(Section::ACCEPTS.contains(&first) && reader.remaining().starts_with(&[0]))
    });
    begins.unwrap_or(false)
}

/// The sections of one message, which must be all of the octets. With an error, the sections before
/// it are there.
pub(crate) fn decode(octets: &Bytes, sections: &mut Vec<Value>) -> Result<(), Problem> {
    if octets.is_empty() {
        return Err(Problem::nothing());
    }
    let (order, mut at) = (EncodedMessage::new(octets.clone()), 0);
    let (mut typed, mut untyped) = (Items::of(octets), Items::of(octets));
    while at < octets.len() {
        // What is no section, or not in its place, is that from its first octet on.
        if let Err(error) = order
            && error.at() == at
        {
            break;
        }
        let rest = octets.slice(at..);
        let in_section = |error: DecodeError| in_section(error.shifted(at), &rest);
        let (Checked, _) = typed.spend(&rest).map_err(in_section)?;
        let (section, len) = untyped.spend(&rest).map_err(in_section)?;
        sections.push(section);
        at += len;
    }
    Ok(order.map(drop)?)
}

/// A section that was decoded by the rules of its type, and dropped.
struct Checked;

impl<'de> Decode<'de> for Checked {
    const ACCEPTS: &'static Accepts = Section::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        Section::decode_value(constructor, reader).map(|_| Self)
    }
}

/// Says of an error in the section at the front which section that is.
fn in_section(error: DecodeError, octets: &Bytes) -> Problem {
    let section = Type::at_front(octets).map(Type::name);
    let mut path = "Message".to_owned();
    for name in section.into_iter().chain(error.fields().map(|field| field.name)) {
        path.extend([".", name]);
    }
    Problem::new(error.kind().name(), error.at(), format_args!("{path}: {}", error.kind()))
}

//! Messages: sections in their order, each checked against the rules of its type.

use amqp_types::known::KnownType;
use amqp_types::messaging::{EncodedMessage, Section};
use amqp_types::{
    Accepts, Bytes, Constructor, Decode, DecodeError, Decoder, Failed, Reader, Value,
};

use super::items::Items;
use super::known;
use super::problem::Problem;

/// Whether the octets begin with a section and another described value, which may be the next section.
pub(crate) fn begins(octets: &Bytes) -> bool {
    let begins = Decoder::new(octets).read(|reader| {
        let first = reader.constructor()?;
        reader.skip_value(first)?;
        Ok(Section::ACCEPTS.contains(&first) && reader.remaining().starts_with(&[0]))
    });
    begins.unwrap_or(false)
}

/// Appends the sections of one message to `sections`, also those before an error.
pub(crate) fn decode(octets: &Bytes, sections: &mut Vec<Value>) -> Result<(), Problem> {
    if octets.is_empty() {
        return Err(Problem::nothing());
    }
    let (order, mut at) = (EncodedMessage::new(octets.clone()), 0);
    let (mut typed, mut untyped) = (Items::of(octets), Items::of(octets));
    while at < octets.len() {
        // `EncodedMessage` reports something that is not a section, or not allowed here, at its first octet.
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

/// Proof that a section obeys the rules of its type.
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

/// Adds the name of the first section to the path of an error.
fn in_section(error: DecodeError, octets: &Bytes) -> Problem {
    let section = known::at_front(octets).map(KnownType::name);
    let mut path = "Message".to_owned();
    for name in section.into_iter().chain(error.fields().map(|field| field.name)) {
        path.extend([".", name]);
    }
    Problem::new(error.kind().name(), error.at(), format_args!("{path}: {}", error.kind()))
}

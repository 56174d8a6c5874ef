//! Messages: sections in their order, each by the rules of its type.

use amqp_types::messaging::{EncodedMessage, Section};
use amqp_types::{
    Accepts, Bytes, Constructor, Decode, DecodeError, Failed, Reader, Value, WireDescriptor,
};

use super::known::Type;
use super::problem::Problem;

/// Whether this begins with a section that another may follow.
pub(crate) fn begins(octets: &Bytes) -> bool {
    let mut reader = Reader::shared(octets);
    let first = reader.constructor().ok().filter(|first| Section::ACCEPTS.admits(first));
    first.is_some_and(|first| reader.skip_data(first).is_ok() && reader.rest().starts_with(&[0]))
}

/// The sections of one message, which must be all of the octets.
pub(crate) fn decode(octets: &Bytes) -> Result<Vec<Value>, Problem> {
    if octets.is_empty() {
        return Err(Problem::nothing());
    }
    EncodedMessage::new(octets.clone())?;
    let in_section = |error: DecodeError| in_section(&error, octets);
    // One reader for all sections: one budget for all.
    let Each::<Checked>(_) = Each::from_shared(octets).map_err(in_section)?;
    let Each::<Value>(sections) = Each::from_shared(octets).map_err(in_section)?;
    Ok(sections)
}

/// Values one after another, up to the end.
struct Each<T>(Vec<T>);

impl<'a, T: Decode<'a>> Decode<'a> for Each<T> {
    const ACCEPTS: &'static Accepts = T::ACCEPTS;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let mut values = vec![T::decode_data(constructor, reader)?];
        while !reader.is_empty() {
            values.push(T::decode(reader)?);
        }
        Ok(Self(values))
    }
}

/// A section that keeps the rules; what is in it is let go.
struct Checked;

impl<'a> Decode<'a> for Checked {
    const ACCEPTS: &'static Accepts = Section::ACCEPTS;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        Section::decode_data(constructor, reader).map(|_| Self)
    }
}

/// A section as it is told apart from the others: its name.
struct Outline(&'static str);

impl<'a> Decode<'a> for Outline {
    const ACCEPTS: &'static Accepts = Value::ACCEPTS;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let descriptor = constructor.descriptor().unwrap_or(WireDescriptor::Reserved);
        reader.skip_data(constructor)?;
        Ok(Self(Type::named_by(descriptor).map_or("section", Type::name)))
    }
}

/// Says of an error inside a section which one it is.
fn in_section(error: &DecodeError, octets: &Bytes) -> Problem {
    let (mut at, mut path) = (0, "Message".to_owned());
    while let Ok((Outline(name), len)) = Outline::prefix_of(Reader::shared(&octets.slice(at..))) {
        at += len;
        if error.at() < at || at == octets.len() {
            path.extend([".", name]);
            break;
        }
    }
    path.extend(error.fields().flat_map(|field| [".", field.name]));
    Problem::new(error.kind().name(), error.at(), format_args!("{path}: {}", error.kind()))
}

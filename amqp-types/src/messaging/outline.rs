//! Where the sections of an encoded message are (section 3.2).

use core::ops::Range;

use super::BodyKind;
use super::section::Place;
use crate::descriptor::WireDescriptor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Category, Format};
use crate::reader::Reader;

/// Where the sections of an encoded message are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    /// The end of each section, in the order in which they came. A section begins where the one
    /// before it ends; an absent section is empty.
    ends: [usize; Place::COUNT],
    /// The kind of the body's sections, if the message has a body.
    body: Option<BodyKind>,
    /// Whether the footer precedes the body. rhea 3.0.5 writes it there, against section 3.2.
    footer_first: bool,
}

impl Outline {
    /// The outline of a message without sections.
    pub(super) const EMPTY: Self =
        Self { ends: [0; Place::COUNT], body: None, footer_first: false };

    /// Finds the sections of a message, in an empty outline. Their content is not decoded.
    ///
    /// # Errors
    ///
    /// Fails if something is not a section, or if a section appears twice or out of order. A body
    /// whose end cannot be found takes all of the remaining octets.
    pub(super) fn read(&mut self, reader: &mut Reader<'_, '_>) -> Result<(), Failed> {
        let len = reader.remaining().len();
        let mut last: Option<Place> = None;
        // Nearly all messages are read by this loop, which knows that the standard's order is kept.
        while let Some((place, after)) = common_section(reader.remaining())
            && last.is_none_or(|last| last.index() < place.index())
        {
            reader.advance_to(after, 2);
            if let Place::Body(kind) = place {
                self.body = Some(kind);
            }
            if let Some(end) = self.ends.get_mut(place.index()) {
                *end = len - after.len();
            }
            last = Some(place);
        }
        while !reader.is_empty() {
            let place = reader.outlined(|reader| self.section(last, reader))?;
            let end = len - reader.remaining().len();
            self.add(last, place, end);
            last = Some(place);
        }
        let mut before = 0;
        for end in &mut self.ends {
            before = before.max(*end);
            *end = before;
        }
        Ok(())
    }

    /// Adds a section, which comes after `last`.
    fn add(&mut self, last: Option<Place>, place: Place, end: usize) {
        if let Place::Body(kind) = place {
            if last == Some(Place::Footer) {
                self.footer_first = true;
                let [.., body, footer] = &mut self.ends;
                *body = *footer;
            }
            self.body = Some(kind);
        }
        let index = self.index(place);
        if let Some(own) = self.ends.get_mut(index) {
            *own = end;
        }
    }

    /// Skips the next section, which comes after `last`, and returns its place.
    #[cold]
    #[inline(never)]
    fn section(&self, last: Option<Place>, reader: &mut Reader<'_, '_>) -> Result<Place, Failed> {
        let section = reader.remaining();
        let Some(place) = place(reader)? else {
            let why = "a message consists of sections, and this is not one";
            return Err(reader.error(DecodeErrorKind::Invalid(why)));
        };
        if let Some(why) = self.misplaced(last, place) {
            reader.error(DecodeErrorKind::Invalid(why));
            return Err(reader.with_field(place.field(), section));
        }
        match (reader.skip(), place) {
            (Ok(()), _) => Ok(place),
            // The end of the body is unknown. Decoding the body will fail, but the other sections can
            // be decoded.
            (Err(_), Place::Body(_)) => {
                reader.set_remaining(section.split_at(section.len()).1);
                Ok(place)
            }
            (Err(_), _) => Err(reader.with_field(place.field(), section)),
        }
    }

    /// Returns why a section cannot come after `last`, if it cannot.
    fn misplaced(&self, last: Option<Place>, place: Place) -> Option<&'static str> {
        const TWICE: &str = "the section appears twice";
        match (last?, place) {
            (Place::Body(kind), Place::Body(next)) if kind != next => {
                Some("a body consists of sections of one kind")
            }
            (Place::Body(BodyKind::Value), Place::Body(_)) => {
                Some("a body has one amqp-value section")
            }
            (Place::Body(_), Place::Body(_)) => None,
            (Place::Footer, Place::Body(_)) if self.body.is_none() => None,
            (_, Place::Footer) if self.footer_first => Some(TWICE),
            (last, _) if last == place => Some(TWICE),
            (last, _) if last.index() > place.index() => Some("the section is out of order"),
            _ => None,
        }
    }

    /// Returns the index of a place in the order of the message.
    #[inline]
    const fn index(&self, place: Place) -> usize {
        match place {
            Place::Footer if self.footer_first => 5,
            Place::Body(_) if self.footer_first => 6,
            _ => place.index(),
        }
    }

    /// Returns the range of a section. It is empty if the section is absent.
    #[inline]
    pub(super) fn range(&self, place: Place) -> Range<usize> {
        let end = |index: usize| self.ends.get(index).copied().unwrap_or_default();
        let index = self.index(place);
        index.checked_sub(1).map_or(0, end)..end(index)
    }

    /// Returns the kind and the range of the body, if the message has one.
    #[inline]
    pub(super) fn body(&self) -> Option<(BodyKind, Range<usize>)> {
        self.body.map(|kind| (kind, self.range(Place::Body(kind))))
    }

    /// Returns the range of the properties, the application-properties and the body, and that of a
    /// footer within it, which is empty unless the footer precedes the body.
    pub(super) fn bare(&self) -> (Range<usize>, Range<usize>) {
        let start = self.range(Place::Properties).start;
        let end = self.range(Place::Body(BodyKind::Value)).end;
        let footer = if self.footer_first { self.range(Place::Footer) } else { end..end };
        (start..end, footer)
    }

    /// Returns the outline with another end of a section that precedes the properties; all after it
    /// is moved.
    pub(super) fn with_end(mut self, place: Place, end: usize) -> Self {
        let old = self.range(place).end;
        for moved in self.ends.iter_mut().skip(place.index()) {
            *moved = *moved - old + end;
        }
        self
    }
}

/// Returns the place of the section that octets begin with, and the octets after it, if it is encoded
/// as nearly all are: after a small ulong comes a value that is not described.
#[inline]
fn common_section(octets: &[u8]) -> Option<(Place, &[u8])> {
    const SMALL_ULONG: u8 = Format::SmallUlong.code();
    let [0, SMALL_ULONG, code, format, data @ ..] = octets else { return None };
    let place = Place::of(WireDescriptor::Code(u64::from(*code)))?;
    let (size, data) = match Format::from_code(*format)?.category() {
        Category::Fixed(width) => (usize::from(width), data),
        Category::Variable(1) | Category::Compound(1) | Category::Array(1) => {
            let (size, data) = data.split_first()?;
            (usize::from(*size), data)
        }
        _ => {
            let (size, data) = data.split_first_chunk()?;
            (usize::try_from(u32::from_be_bytes(*size)).ok()?, data)
        }
    };
    Some((place, data.get(size..)?))
}

/// Returns the place of the section that comes next, if it is one.
fn place(reader: &mut Reader<'_, '_>) -> Result<Option<Place>, Failed> {
    let section = reader.remaining();
    let [0, described @ ..] = section else {
        // An error of the constructor comes first.
        let constructor = reader.constructor();
        reader.set_remaining(section);
        return constructor.map(|_| None);
    };
    reader.set_remaining(described);
    let descriptor = reader.raw()?;
    reader.set_remaining(section);
    Ok(Place::of(WireDescriptor::of(descriptor)))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use bytes::Bytes;

    use crate::error::DecodeError;
    use crate::messaging::{EncodedMessage, Header, Message, MessageAnnotations, MessageRef};
    use crate::testing::hex;

    const PROPERTIES: &str = "005373 c0 04 01 a1 01 69";
    const FOOTER: &str = "005378 c1 05 02 a3 01 66 40";
    const DATA: &str = "005375 a0 01 61";

    fn octets(sections: &[&str]) -> Bytes {
        hex(&sections.concat()).into()
    }

    fn error(sections: &[&str]) -> DecodeError {
        let octets = octets(sections);
        let error = EncodedMessage::new(octets.clone()).unwrap_err();
        assert_eq!(MessageRef::from_bytes(&octets).unwrap_err(), error);
        assert_eq!(Message::from_shared(&octets), Err(error));
        error
    }

    #[test]
    fn a_footer_before_the_body_is_accepted_and_never_written_there() {
        for body in [vec![DATA], vec![DATA, DATA], vec!["005377 50 07"], vec!["005376 45"]] {
            let sections = |footer_at: usize| {
                let mut sections = vec![PROPERTIES];
                sections.extend(&body);
                sections.insert(footer_at, FOOTER);
                octets(&sections)
            };
            let (first, last) = (sections(1), sections(1 + body.len()));
            let expected = Message::from_shared(&last).unwrap();
            assert!(expected.footer.is_some());
            assert_eq!(Message::from_shared(&first), Ok(expected.clone()));
            assert_eq!(Message::from_bytes(&first), Ok(expected.clone()));
            assert_eq!(expected.to_bytes().unwrap(), last);

            let [first_view, last_view] =
                [&first, &last].map(|octets| MessageRef::from_bytes(octets).unwrap());
            assert_eq!(first_view.footer(), last_view.footer());
            assert_eq!(first_view.properties(), last_view.properties());
            assert_eq!(first_view.body(), last_view.body());

            let [first_encoded, last_encoded] =
                [&first, &last].map(|octets| EncodedMessage::new(octets.clone()).unwrap());
            assert_eq!(first_encoded.bare(), last_encoded.bare());
            assert_eq!(first_encoded.footer(), last_encoded.footer());
            // A relay passes it on unchanged.
            let relayed = first_encoded.with_header(Some(&Header::default())).unwrap();
            assert_eq!(relayed.octets()[..], [&hex("005370 45")[..], &first].concat());
            assert_eq!(relayed.to_message().unwrap().footer, expected.footer);
            assert_eq!(relayed.body(), expected.body);
            let marked = relayed.with_message_annotations(Some(&MessageAnnotations::default()));
            assert_eq!(marked.unwrap().bare(), last_encoded.bare());
        }
    }

    #[test]
    fn a_footer_is_not_accepted_elsewhere_or_twice() {
        for (sections, sentence) in [
            (
                &[FOOTER, PROPERTIES, DATA][..],
                "Message.properties: the section is out of order (octet 10)",
            ),
            (&[FOOTER, DATA, FOOTER], "Message.footer: the section appears twice (octet 16)"),
            (&[FOOTER, FOOTER], "Message.footer: the section appears twice (octet 10)"),
            (&[DATA, FOOTER, DATA], "Message.data: the section is out of order (octet 16)"),
            (
                &[FOOTER, DATA, "005377 40"],
                "Message.amqp-value: a body consists of sections of one kind (octet 16)",
            ),
        ] {
            assert_eq!(error(sections).to_string(), sentence);
        }
    }

    #[test]
    fn a_footer_before_a_body_without_an_end_is_accepted() {
        let octets = octets(&[FOOTER, "005377 a1 05 61"]);
        let message = MessageRef::from_bytes(&octets).unwrap();
        assert_eq!(message.footer().unwrap().unwrap().len(), 1);
        assert_eq!(message.body().octets().len(), 6);
        let error = message.body().to_value::<&str>().unwrap_err();
        assert_eq!(error.at(), 14);
        assert_eq!(message.to_encoded().bare(), octets[10..]);
    }

    #[test]
    fn an_invalid_section_is_an_error_of_that_section() {
        let octets = octets(&["005370 45", "005373 c0 03 01 50 01", DATA, FOOTER]);
        let message = MessageRef::from_bytes(&octets).unwrap();
        assert!(message.header().unwrap().is_some() && message.footer().unwrap().is_some());
        assert_eq!(message.body().data().unwrap().collect::<Vec<_>>(), [Ok(&b"a"[..])]);
        assert_eq!(message.message_annotations(), Ok(None));
        let sentence = "Message.properties.message-id: expected ulong or uuid or binary or \
                        string, found ubyte (octet 10)";
        assert_eq!(message.properties().unwrap_err().to_string(), sentence);
        let encoded = EncodedMessage::new(octets.clone()).unwrap();
        assert_eq!(encoded.properties().unwrap_err().to_string(), sentence);
        assert_eq!(Message::from_bytes(&octets).unwrap_err().to_string(), sentence);
    }
}

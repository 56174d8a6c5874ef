//! The fields of a list, read by position.

use crate::accepts::Accepts;
use crate::codec::Decode;
use crate::compound::undescribed;
use crate::constructor::Constructor;
use crate::descriptor::Descriptor;
use crate::error::{DecodeErrorKind, Failed, FieldNames};
use crate::reader::Reader;

/// Reads the fields of a composite, one after another.
#[derive(Debug)]
pub struct ListReader<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// What is left of the list. The reader is as deep as the fields, but stands where it stood when it
    /// was needed last.
    rest: &'a [u8],
    /// What is behind the list. That of a whole list is kept in the reader.
    after: &'a [u8],
    /// How many fields the list has.
    count: usize,
    /// What the fields are called in errors. None if that is said when they have been read, which takes
    /// less code.
    names: Option<&'static FieldNames>,
    // What follows is known when the program is compiled.
    /// How many fields have been asked for.
    asked: usize,
    /// Whether the list must be all that there is.
    whole: bool,
    /// Whether fields are read in little code.
    small: bool,
}

impl<'r, 'a> ListReader<'r, 'a> {
    /// Steps into a list whose constructor has been read. Errors in its fields name them by `names`, which
    /// are in the order in which the fields are read.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedType`] if the constructor is not one of those accepted or the
    /// data is no list; otherwise what is wrong with the list's size and count.
    #[inline]
    pub fn new(
        constructor: Constructor<'a>,
        accepts: &'static Accepts,
        names: &'static FieldNames,
        reader: &'r mut Reader<'a>,
    ) -> Result<Self, Failed> {
        let (count, after) = enter(constructor, accepts, reader)?;
        Ok(Self::of(reader.rest(), count, after, Some(names), reader))
    }

    /// A list of which nothing has been read.
    #[inline]
    const fn of(
        rest: &'a [u8],
        count: usize,
        after: &'a [u8],
        names: Option<&'static FieldNames>,
        reader: &'r mut Reader<'a>,
    ) -> Self {
        Self { reader, rest, after, count, names, asked: 0, whole: false, small: false }
    }

    /// Reads the constructor of a described list and steps into it.
    ///
    /// What nearly every encoder writes, the shortest form of the number and sizes of one octet, is
    /// taken at a glance; anything else goes to [`new`](Self::new).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and whatever is wrong with the constructor.
    #[inline]
    pub fn open(
        descriptor: &Descriptor,
        accepts: &'static Accepts,
        names: &'static FieldNames,
        reader: &'r mut Reader<'a>,
    ) -> Result<Self, Failed> {
        if let Some((size, count, rest)) = descriptor.list8_before(reader.rest())
            && count < size
            && let Some((body, after)) = rest.split_at_checked(usize::from(size) - 1)
            && reader.goes_deeper()
        {
            return Ok(Self::of(body, usize::from(count), after, Some(names), reader));
        }
        let (count, after) = enter_rare(accepts, reader)?;
        Ok(Self::of(reader.rest(), count, after, Some(names), reader))
    }

    /// The same list, for who calls [`Reader::named`] with whatever fails.
    #[inline]
    pub(crate) fn unnamed(self) -> Self {
        Self { names: None, ..self }
    }

    /// As [`open`](Self::open), a list without names that must be all that there is. `small`: its fields
    /// are read in less code, and not as fast.
    #[inline]
    pub(crate) fn open_whole(
        descriptor: &Descriptor,
        accepts: &'static Accepts,
        small: bool,
        reader: &'r mut Reader<'a>,
    ) -> Result<Self, Failed> {
        let (rest, count) = match descriptor.list8_before(reader.rest()) {
            Some((size, count, rest))
                if count < size && rest.len() + 1 == usize::from(size) && reader.goes_deeper() =>
            {
                (rest, usize::from(count))
            }
            _ => {
                let count = enter_whole(accepts, reader)?;
                (reader.rest(), count)
            }
        };
        Ok(Self { whole: true, small, ..Self::of(rest, count, &[], None, reader) })
    }

    /// Reads the next field. A list that has ended has null for each further field.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::MissingField`] for a field that must be there and is not; whatever is
    /// wrong with its octets.
    #[expect(clippy::inline_always, reason = "a call for each field keeps the list in memory")]
    #[inline(always)]
    pub fn read<T: Decode<'a>>(&mut self) -> Result<T, Failed> {
        let index = self.asked;
        self.asked += 1;
        if index < self.count {
            let seen = if self.small { T::glance_small(self.rest) } else { T::glance(self.rest) };
            if let Some((value, rest)) = seen {
                self.rest = rest;
                return Ok(value);
            }
        } else if let Some(value) = T::absent() {
            return Ok(value);
        }
        let read = decode_field(self.reader, self.rest, index, self.count);
        let value = match self.names {
            None => read?,
            Some(names) => read.map_err(|_| self.reader.named(names))?,
        };
        self.rest = self.reader.rest();
        Ok(value)
    }

    /// Reads the next field, which has a default for when it is null or absent.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with its octets.
    #[inline]
    pub fn read_or<T: Decode<'a>>(&mut self, default: impl FnOnce() -> T) -> Result<T, Failed> {
        Ok(self.read::<Option<T>>()?.unwrap_or_else(default))
    }

    /// Passes over the fields that the type does not know, and steps out of the list.
    ///
    /// # Errors
    ///
    /// What is wrong with those fields' outlines; octets left over inside the list.
    #[inline]
    pub fn finish(self) -> Result<(), Failed> {
        if self.whole {
            // Nothing is read after such a list: the reader may stand anywhere.
            if self.count <= self.asked && self.reader.is_whole(self.rest) {
                return Ok(());
            }
            self.reader.go_to(self.rest);
            return pass_over_whole(self.reader, self.asked, self.count);
        }
        if self.count <= self.asked && self.rest.is_empty() {
            self.reader.go_to(self.after);
            self.reader.ascend();
            return Ok(());
        }
        self.reader.go_to(self.rest);
        pass_over(self.reader, self.after, self.asked, self.count)
    }

    /// Steps out of the list, which must have ended.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnknownField`] if there are more fields; octets left over inside the list.
    #[inline]
    pub fn finish_strict(self) -> Result<(), Failed> {
        if self.count > self.asked {
            self.reader.go_to(self.rest);
            return Err(self.reader.error(DecodeErrorKind::UnknownField));
        }
        self.finish()
    }
}

/// Steps into a list, and gives the number of its fields and what is behind it.
#[inline]
fn enter<'a>(
    constructor: Constructor<'a>,
    accepts: &'static Accepts,
    reader: &mut Reader<'a>,
) -> Result<(usize, &'a [u8]), Failed> {
    if !accepts.admits(&constructor) {
        return Err(reader.unexpected(&constructor, accepts));
    }
    let format = undescribed(&constructor, crate::derived::LIST, reader)?;
    reader.enter(format)
}

#[cold]
#[inline(never)]
fn enter_rare<'a>(
    accepts: &'static Accepts,
    reader: &mut Reader<'a>,
) -> Result<(usize, &'a [u8]), Failed> {
    let constructor = reader.constructor()?;
    enter(constructor, accepts, reader)
}

/// Steps into a list that must be all that there is, and has the reader keep what is behind it.
#[cold]
#[inline(never)]
fn enter_whole(accepts: &'static Accepts, reader: &mut Reader<'_>) -> Result<usize, Failed> {
    let (count, after) = enter_rare(accepts, reader)?;
    reader.set_behind(after);
    Ok(count)
}

#[cold]
#[inline(never)]
fn pass_over<'a>(
    reader: &mut Reader<'a>,
    after: &'a [u8],
    asked: usize,
    count: usize,
) -> Result<(), Failed> {
    for _ in asked..count {
        reader.skip()?;
    }
    reader.leave(after)
}

#[cold]
#[inline(never)]
fn pass_over_whole(reader: &mut Reader<'_>, asked: usize, count: usize) -> Result<(), Failed> {
    for _ in asked..count {
        reader.skip()?;
    }
    if reader.is_empty() && !reader.behind().is_empty() {
        reader.go_to(reader.behind());
    }
    reader.end()
}

/// Reads a field that takes more than a glance, or is missing, out of line: one function for all fields
/// of a type.
#[inline(never)]
fn decode_field<'a, T: Decode<'a>>(
    reader: &mut Reader<'a>,
    rest: &'a [u8],
    index: usize,
    count: usize,
) -> Result<T, Failed> {
    reader.go_to(rest);
    let depth = reader.budget().depth;
    let read = if index < count {
        T::decode(reader)
    } else {
        Err(reader.error(DecodeErrorKind::MissingField))
    };
    read.map_err(|_| reader.in_index(index, depth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Field;
    use crate::testing::{encodes_to, hex, refuses};
    use crate::{Composite, Encode, Writer};

    const ACCEPTS: &Accepts = &Accepts::primitive(crate::Primitive::List);

    /// Written by hand.
    #[derive(Debug)]
    struct Named(#[expect(dead_code, reason = "it is read")] u8);

    impl<'a> Decode<'a> for Named {
        const ACCEPTS: &'static Accepts = ACCEPTS;

        fn decode_data(c: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
            const NAMES: &FieldNames = &FieldNames::new("Named\0first\0second");
            let mut fields = ListReader::new(c, ACCEPTS, NAMES, reader)?;
            let value = Self(fields.read()?);
            fields.read_or(|| 0u8)?;
            fields.finish()?;
            Ok(value)
        }
    }

    /// What takes the octets of a field for all there is: those of a copy of the reader, or the reader's.
    #[derive(Debug, PartialEq)]
    struct Own<const COPIES: bool>(Inner);

    impl<const COPIES: bool> Encode for Own<COPIES> {
        fn encode(&self, writer: &mut Writer<'_>) {
            self.0.encode(writer);
        }
    }

    impl<'a, const COPIES: bool> Decode<'a> for Own<COPIES> {
        const ACCEPTS: &'static Accepts = Inner::ACCEPTS;

        fn decode_data(c: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
            Inner::decode_data(c, reader).map(Self)
        }

        fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
            if !COPIES {
                return Inner::decode_whole(reader).map(Self);
            }
            let inner = Inner::from_reader(reader.clone())
                .map_err(|error| reader.error_at(error.at(), error.kind()))?;
            reader.skip()?;
            Ok(Self(inner))
        }
    }

    #[derive(Composite, Debug, PartialEq)]
    #[amqp(code = 7)]
    struct Inner {
        of: Option<u32>,
    }

    #[derive(Composite, Debug, PartialEq)]
    #[amqp(code = 8)]
    struct Owning<const COPIES: bool> {
        own: Own<COPIES>,
        #[amqp(default = 5)]
        number: u32,
    }

    #[derive(Composite, Debug)]
    struct Outer<T> {
        inner: T,
    }

    #[derive(Composite, Debug, PartialEq)]
    #[amqp(code = 0x1234)]
    struct Node {
        id: u32,
        inner: Option<alloc::boxed::Box<Self>>,
    }

    #[test]
    fn an_error_has_the_names_that_its_list_has_given() {
        refuses::<Named>(
            "c0 02 01 40",
            "Named.first: a mandatory field is null or absent (octet 3)",
        );
        refuses::<Named>(
            "c0 04 02 50 01 41",
            "Named.second: expected ubyte, found boolean (octet 5)",
        );
        refuses::<Outer<Named>>(
            "c0 05 01 c0 02 01 41",
            "Outer.inner.first: expected ubyte, found boolean (octet 6)",
        );
        refuses::<Named>("c0 05 02 50 01 40 40", "octets are left over after the value (octet 6)");
    }

    #[test]
    fn an_error_deep_down_has_the_names_of_the_four_innermost_fields() {
        let mut octets = hex("00 80 0000000000001234 c0 02 01 41");
        for _ in 0..5 {
            let size = u8::try_from(octets.len() + 2).unwrap();
            octets = [hex("00 80 0000000000001234 c0"), vec![size, 2, 0x43], octets].concat();
        }
        let error = Node::from_bytes(&octets).unwrap_err();
        let [inner, id] = ["inner", "id"].map(|name| Field { of: "Node", name });
        assert!(error.fields().eq([inner, inner, inner, id]), "{error}");
        assert_eq!(error.at(), octets.len() - 1);
    }

    #[test]
    fn a_whole_list_has_nothing_behind_it_in_either_form() {
        const LEFT_OVER: &str = "octets are left over after the value";
        encodes_to(Node { id: 1, inner: None }, "00 80 0000000000001234 c0 03 01 5201");
        let list = |list: &str| std::format!("00 80 0000000000001234 {list}");
        for (octets, at) in [
            ("c0 03 01 5201 40", 15),
            ("d0 00000006 00000001 5201 40", 21),
            // Inside the list, whether or not there are fields that the type does not know.
            ("c0 04 01 5201 40", 15),
            ("c0 06 03 5201 40 40 40", 17),
            ("d0 00000007 00000001 5201 40", 21),
            // Inside and behind.
            ("c0 04 01 5201 40 40", 15),
            ("d0 00000007 00000001 5201 40 40", 21),
            ("c0 05 03 5201 40 40 40", 17),
        ] {
            refuses::<Node>(&list(octets), &std::format!("{LEFT_OVER} (octet {at})"));
        }
    }

    #[test]
    fn what_is_behind_a_list_is_behind_no_other_one() {
        let value = Owning { own: Own::<true>(Inner { of: Some(0) }), number: 5 };
        encodes_to(value, "00 5308 c0 08 01 00 5307 c0 02 01 43");
        refuses::<Owning<true>>(
            "00 5308 c0 08 01 00 5307 c0 02 01 43 40",
            "octets are left over after the value (octet 13)",
        );
    }

    #[test]
    fn what_is_behind_a_list_is_not_forgotten_for_another_one() {
        refuses::<Owning<false>>(
            "00 5308 c0 0d 01 00 5307 d0 00000004 00000000 40",
            "Owning.own: octets are left over after the value (octet 18)",
        );
    }

    #[test]
    fn a_cut_is_found_in_either_form_of_a_whole_list() {
        for list in ["c0 0a 02 70 0000", "d0 0000000d 00000002 70 0000"] {
            let octets = hex(&std::format!("00 80 0000000000001234 {list}"));
            let error = Node::from_bytes(&octets).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::UnexpectedEnd);
            assert!(error.fields().eq([Field { of: "Node", name: "id" }]), "{error}");
        }
    }
}

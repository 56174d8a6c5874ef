//! Arrays of any type that borrow.

use core::cmp::Ordering;
use core::fmt;

use super::ValueRef;
use crate::accepts::Accepts;
use crate::borrowed::{Counted, Owned};
use crate::codec::{Decode, Encode};
use crate::compound::{ARRAY, OpenCompound};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::{enter_array, write_in_narrowest};
use crate::reader::Reader;
use crate::value::encode::array_formats;
use crate::value::{ArrayValue, Value};
use crate::writer::Writer;

/// An [`ArrayValue`] that borrows: an array of any one type, which has been checked and reads its
/// items one by one as they are asked for (section 1.6.24).
#[derive(Clone, Copy)]
pub struct ArrayValueRef<'a> {
    octets: Counted<'a>,
}

/// The items of an [`ArrayValueRef`].
#[derive(Clone)]
pub struct ArrayValueItems<'a> {
    /// What the items share, without descriptors.
    constructor: Constructor<'a>,
    reader: Reader<'a>,
    left: usize,
}

/// What describes the items of an [`ArrayValueRef`].
#[derive(Clone, Debug)]
pub struct ArrayValueDescriptors<'a>(Constructor<'a>);

impl<'a> ArrayValueRef<'a> {
    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.split().0
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What describes each of the items, the outermost first; mostly nothing does.
    #[must_use]
    pub fn descriptors(&self) -> ArrayValueDescriptors<'a> {
        ArrayValueDescriptors(self.open().0)
    }

    /// The type of the items, behind their descriptors.
    #[must_use]
    pub fn of(&self) -> Primitive {
        self.open().0.format().primitive()
    }

    /// The items, without their descriptors.
    #[must_use]
    pub fn iter(&self) -> ArrayValueItems<'a> {
        let (constructor, reader) = self.open();
        let constructor = Constructor::primitive(constructor.format());
        ArrayValueItems { constructor, reader, left: self.len() }
    }

    fn open(&self) -> (Constructor<'a>, Reader<'a>) {
        let mut reader = Reader::checked(self.octets.split().1);
        // It was read before, so that it cannot fail now.
        let constructor = reader.constructor().unwrap_or(Constructor::primitive(Format::Null));
        (constructor, reader)
    }

    fn encode_constructor_and_items(&self, writer: &mut Writer<'_>) {
        for descriptor in self.descriptors() {
            writer.octet(0);
            descriptor.encode(writer);
        }
        write_in_narrowest(array_formats(self.of()), writer, |format, writer| {
            writer.format(format);
            self.iter().all(|item| item.encode_data(format, writer))
        });
    }

    pub(super) fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        let array = OpenCompound::begin_data(ARRAY, format, writer);
        self.encode_constructor_and_items(writer);
        array.end_data(self.len(), writer)
    }
}

impl<'a> Iterator for ArrayValueItems<'a> {
    type Item = ValueRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<ValueRef<'a>> {
        self.left = self.left.checked_sub(1)?;
        ValueRef::decode_data(self.constructor, &mut self.reader).ok()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'a> Iterator for ArrayValueDescriptors<'a> {
    type Item = ValueRef<'a>;

    fn next(&mut self) -> Option<ValueRef<'a>> {
        let descriptor = self.0.is_described().then(|| self.0.descriptor_octets())?;
        self.0 = self.0.inner();
        ValueRef::decode(&mut Reader::checked(descriptor)).ok()
    }
}

impl<'a: 'b, 'b> Decode<'a> for ArrayValueRef<'b> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Array);

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let octets = Counted::decode(constructor, Self::ACCEPTS, reader, |format, reader| {
            let array = enter_array(format, reader)?;
            let mut item = array.constructor;
            while item.is_described() {
                reader.revisit::<ValueRef<'a>>(item.descriptor_octets())?;
                item = item.inner();
            }
            ValueRef::check_items(item, array.count, reader)?;
            reader.leave(array.after)
        })?;
        Ok(Self { octets })
    }
}

impl Encode for ArrayValueRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        let array = OpenCompound::begin(ARRAY, self.len(), writer);
        self.encode_constructor_and_items(writer);
        array.end(self.len(), writer);
    }
}

impl fmt::Debug for ArrayValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrayValueRef")
            .field("descriptors", &self.descriptors().collect::<alloc::vec::Vec<_>>())
            .field("of", &self.of())
            .field("items", &self.iter().collect::<alloc::vec::Vec<_>>())
            .finish()
    }
}

impl fmt::Debug for ArrayValueItems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrayValueItems").field("left", &self.left).finish_non_exhaustive()
    }
}

impl PartialEq for ArrayValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ArrayValueRef<'_> {}

impl PartialOrd for ArrayValueRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ArrayValueRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.descriptors()
            .cmp(other.descriptors())
            .then_with(|| self.of().cmp(&other.of()))
            .then_with(|| self.iter().cmp(other.iter()))
    }
}

impl<'a> IntoIterator for ArrayValueRef<'a> {
    type Item = ValueRef<'a>;
    type IntoIter = ArrayValueItems<'a>;

    fn into_iter(self) -> ArrayValueItems<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &ArrayValueRef<'a> {
    type Item = ValueRef<'a>;
    type IntoIter = ArrayValueItems<'a>;

    fn into_iter(self) -> ArrayValueItems<'a> {
        self.iter()
    }
}

impl Owned for ArrayValue {
    type Borrowed<'a> = ArrayValueRef<'a>;

    fn from_borrowed(borrowed: ArrayValueRef<'_>) -> Self {
        Self {
            descriptors: borrowed.descriptors().map(Value::from_borrowed).collect(),
            of: borrowed.of(),
            items: borrowed.iter().map(Value::from_borrowed).collect(),
        }
    }
}

//! Arrays whose item type is known only when they are decoded, owned and borrowed (section 1.6.24).

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use super::common::formats;
use super::{Value, ValueRef};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::{RawCompound, Reader};
use crate::view::{Data, Owned, ViewItems, into_owned};
use crate::writer::{ARRAY, Writer};

/// An array of any one type.
///
/// Its items are all of one primitive type. If they are described, they also share their descriptors,
/// which are stored once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArrayValue {
    descriptors: Vec<Value>,
    of: Primitive,
    items: Vec<Value>,
}

/// The error of creating an array of values that are not all of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MixedArray {
    /// The index of the first item of another type.
    pub index: usize,
    /// The expected type.
    pub of: Primitive,
}

impl fmt::Display for MixedArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item {} of an array of {} is of another type", self.index, self.of.name())
    }
}

impl core::error::Error for MixedArray {}

impl ArrayValue {
    /// An array of values of this type.
    ///
    /// # Errors
    ///
    /// [`MixedArray`] if one of the values is of another type, or described.
    pub fn new(of: Primitive, items: Vec<Value>) -> Result<Self, MixedArray> {
        Self::described(Vec::new(), of, items)
    }

    /// An array of described values: each item is described by all of the descriptors, the
    /// outermost first.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn described(
        descriptors: Vec<Value>,
        of: Primitive,
        items: Vec<Value>,
    ) -> Result<Self, MixedArray> {
        match items.iter().position(|item| item.primitive() != Some(of)) {
            Some(index) => Err(MixedArray { index, of }),
            None => Ok(Self { descriptors, of, items }),
        }
    }

    /// What describes each of the items, the outermost first; mostly nothing does.
    #[must_use]
    pub fn descriptors(&self) -> &[Value] {
        &self.descriptors
    }

    /// The type of the items, after their descriptors.
    #[must_use]
    pub const fn of(&self) -> Primitive {
        self.of
    }

    /// The items, without their descriptors.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// The items, without their descriptors.
    #[must_use]
    pub fn into_items(self) -> Vec<Value> {
        self.items
    }
}

impl<'de> Decode<'de> for ArrayValue {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Array);

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let array = reader.array(constructor.format())?;
        let format = array.constructor.format();
        let mut descriptors = Vec::new();
        reader.items(array.items, |reader| {
            let mut constructors = reader.at(array.octets.split().1);
            while let [0, descriptor @ ..] = constructors.remaining() {
                constructors.set_remaining(descriptor);
                constructors.charge_octets(size_of::<Value>())?;
                descriptors.push(constructors.decode_slow()?);
            }
            let items = Value::decode_items(Constructor::primitive(format), array.count, reader)?;
            Ok(Self { descriptors, of: format.primitive(), items })
        })
    }
}

impl Encode for ArrayValue {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.compound(ARRAY, self.items.len(), |writer| self.encode_content(writer));
    }
}

impl ArrayItem for ArrayValue {
    const FORMATS: &'static [Format] = &[ARRAY.narrow, ARRAY.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        writer.compound_value(ARRAY, format, |writer| self.encode_content(writer))
    }
}

impl ArrayValue {
    fn encode_content(&self, writer: &mut Writer<'_>) -> usize {
        encode_content(&self.descriptors, self.of, &self.items.iter(), Value::encode_value, writer);
        self.items.len()
    }
}

/// Writes the constructor that items share, and their data.
fn encode_content<T>(
    descriptors: impl IntoIterator<Item: Encode>,
    of: Primitive,
    items: &(impl Iterator<Item = T> + Clone),
    encode_value: impl Fn(T, Format, &mut Writer<'_>) -> bool,
    writer: &mut Writer<'_>,
) {
    for descriptor in descriptors {
        writer.octet(0);
        descriptor.encode(writer);
    }
    writer.in_narrowest(formats(of), |format, writer| {
        writer.format(format);
        items.clone().all(|item| encode_value(item, format, writer))
    });
}

/// An [`ArrayValue`] that borrows. All of it is validated when it is decoded; the items are decoded
/// one by one as they are read (section 1.6.24).
#[derive(Clone, Copy)]
pub struct ArrayValueRef<'a> {
    octets: RawCompound<'a>,
}

/// The items of an [`ArrayValueRef`].
pub type ArrayValueItems<'a> = ViewItems<'a, Data<'a, ValueRef<'a>>>;

/// The descriptors of the items of an [`ArrayValueRef`].
#[derive(Clone, Debug)]
pub struct ArrayValueDescriptors<'a> {
    /// The octets that begin with the next descriptor, or with the format code.
    remaining: &'a [u8],
}

impl<'a> ArrayValueRef<'a> {
    /// Returns the number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.split().0
    }

    /// Returns whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns an iterator over what describes each of the items, the outermost descriptor first;
    /// mostly there is none.
    #[must_use]
    pub fn descriptors(&self) -> ArrayValueDescriptors<'a> {
        ArrayValueDescriptors { remaining: self.octets.split().1 }
    }

    /// Returns the type of the items, after their descriptors.
    #[must_use]
    pub fn of(&self) -> Primitive {
        self.octets.split_array().1.format().primitive()
    }

    /// Returns an iterator over the items, without their descriptors.
    #[must_use]
    pub fn iter(&self) -> ArrayValueItems<'a> {
        let (count, constructor, items) = self.octets.split_array();
        ViewItems::new(count, items, Data::new(Constructor::primitive(constructor.format())))
    }
}

impl<'a> Iterator for ArrayValueDescriptors<'a> {
    type Item = ValueRef<'a>;

    fn next(&mut self) -> Option<ValueRef<'a>> {
        let [0, descriptor @ ..] = self.remaining else {
            return None;
        };
        let mut reader = Reader::trusted(descriptor);
        let descriptor = ValueRef::decode(&mut reader).ok();
        self.remaining = reader.remaining();
        descriptor
    }
}

impl<'de: 'b, 'b> Decode<'de> for ArrayValueRef<'b> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Array);

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        if reader.is_trusted() {
            let octets = reader.compound(constructor.format())?;
            return Ok(Self { octets });
        }
        let array = reader.array(constructor.format())?;
        reader.items(array.items, |reader| {
            let mut constructors = reader.at(array.octets.split().1);
            while let [0, descriptor @ ..] = constructors.remaining() {
                constructors.set_remaining(descriptor);
                ValueRef::decode(&mut constructors)?;
            }
            let item = Constructor::primitive(array.constructor.format());
            (0..array.count).try_for_each(|_| ValueRef::decode_value(item, reader).map(drop))
        })?;
        Ok(Self { octets: array.octets })
    }
}

impl Encode for ArrayValueRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.compound(ARRAY, self.len(), |writer| self.encode_content(writer));
    }
}

impl ArrayItem for ArrayValueRef<'_> {
    const FORMATS: &'static [Format] = &[ARRAY.narrow, ARRAY.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        writer.compound_value(ARRAY, format, |writer| self.encode_content(writer))
    }
}

impl ArrayValueRef<'_> {
    fn encode_content(&self, writer: &mut Writer<'_>) -> usize {
        let encode_value =
            |item: ValueRef<'_>, format, writer: &mut Writer<'_>| item.encode_value(format, writer);
        encode_content(self.descriptors(), self.of(), &self.iter(), encode_value, writer);
        self.len()
    }
}

impl fmt::Debug for ArrayValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrayValueRef")
            .field("descriptors", &self.descriptors().collect::<Vec<_>>())
            .field("of", &self.of())
            .field("items", &self.iter().collect::<Vec<_>>())
            .finish()
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
    type Ref<'a> = ArrayValueRef<'a>;

    fn from_ref(borrowed: ArrayValueRef<'_>) -> Self {
        Self {
            descriptors: borrowed.descriptors().map(Value::from_ref).collect(),
            of: borrowed.of(),
            items: borrowed.iter().map(Value::from_ref).collect(),
        }
    }
}

into_owned!(ArrayValueRef -> ArrayValue);

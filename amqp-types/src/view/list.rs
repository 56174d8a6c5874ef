//! Lists that borrow.

use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;

use super::items::view;
use super::{Owned, Values, ViewItems};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::List;
use crate::reader::{RawCompound, Reader};
use crate::writer::{LIST, Writer};

/// A [`List`] that borrows. All of it is validated when it is decoded; the items are decoded one by
/// one as they are read (section 1.6.22).
pub struct ListRef<'a, T> {
    octets: RawCompound<'a>,
    items: PhantomData<fn() -> T>,
}

/// The items of a [`ListRef`].
pub type ListItems<'a, T> = ViewItems<'a, Values<T>>;

impl<T> ListRef<'_, T> {
    /// Returns the number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.split().0
    }

    /// Returns whether there are no items.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, T: Decode<'a>> ListRef<'a, T> {
    /// Returns an iterator over the items, in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> ListItems<'a, T> {
        let (count, items) = self.octets.split();
        ViewItems::new(count, items, Values::new())
    }

    /// Returns an item by its index. It is found by decoding one item after another.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        self.iter().nth(index)
    }
}

impl<'de: 'b, 'b, T: Decode<'de>> Decode<'de> for ListRef<'b, T> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::List);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let octets = reader.compound(constructor.format())?;
        if !reader.is_trusted() {
            let (count, items) = octets.split();
            reader.items(items, |reader| {
                for _ in 0..count {
                    reader.outlined(T::decode)?;
                }
                Ok(())
            })?;
        }
        Ok(Self { octets, items: PhantomData })
    }
}

impl<'a, T: Decode<'a> + Encode> ListRef<'a, T> {
    /// Writes the items, and returns how many there were: fewer if a type cannot decode one again.
    #[inline]
    fn encode_items(&self, writer: &mut Writer<'_>) -> usize {
        self.iter().fold(0, |count, item| {
            item.encode(writer);
            count + 1
        })
    }
}

impl<'a, T: Decode<'a> + Encode> Encode for ListRef<'a, T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.compound(LIST, self.len(), |writer| self.encode_items(writer));
    }
}

impl<'a, T: Decode<'a> + Encode> ArrayItem for ListRef<'a, T> {
    const FORMATS: &'static [Format] = &[LIST.narrow, LIST.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        writer.compound_value(LIST, format, |writer| self.encode_items(writer))
    }
}

impl<T: Owned> Owned for List<T> {
    type Ref<'a> = ListRef<'a, T::Ref<'a>>;

    fn from_ref<'a>(borrowed: ListRef<'a, T::Ref<'a>>) -> Self {
        borrowed.iter().map(T::from_ref).collect()
    }
}

view!(ListRef<T>, ListItems, T, debug_list);

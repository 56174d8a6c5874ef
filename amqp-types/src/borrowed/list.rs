//! Lists that borrow.

use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;

use super::counted::view;
use super::{Counted, Owned};
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::compound::{LIST, OpenCompound};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::List;
use crate::reader::Reader;
use crate::writer::Writer;

/// A [`List`] that borrows: a list that has been checked, whose items are read one by one as they are
/// asked for (section 1.6.22).
pub struct ListRef<'a, T> {
    octets: Counted<'a>,
    items: PhantomData<fn() -> T>,
}

/// The items of a [`ListRef`].
#[derive(Clone)]
pub struct ListItems<'a, T> {
    rest: &'a [u8],
    left: usize,
    items: PhantomData<fn() -> T>,
}

impl<'a, T> ListRef<'a, T> {
    /// A list that has been checked, from its octets behind the format code.
    #[inline]
    pub(crate) const fn checked(octets: &'a [u8]) -> Self {
        Self { octets: Counted(octets), items: PhantomData }
    }

    /// How many items there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.split().0
    }

    /// Whether there are no items.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, T: Decode<'a>> ListRef<'a, T> {
    /// The items, in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> ListItems<'a, T> {
        let (left, rest) = self.octets.split();
        ListItems { rest, left, items: PhantomData }
    }
}

impl<'a, T: Decode<'a>> Iterator for ListItems<'a, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        // They were read before, so that they cannot fail now.
        let (item, rest) = T::hand(self.rest, None, |_, item| Some(item));
        self.rest = rest?;
        item
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    #[inline]
    fn fold<B, F: FnMut(B, T) -> B>(self, init: B, mut each: F) -> B {
        let (mut folded, mut rest) = (init, self.rest);
        for _ in 0..self.left {
            let (next, behind) = T::hand(rest, folded, &mut each);
            folded = next;
            let Some(behind) = behind else { break };
            rest = behind;
        }
        folded
    }
}

impl<'a: 'b, 'b, T: Decode<'a>> Decode<'a> for ListRef<'b, T> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::List);

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let octets = Counted::decode(constructor, Self::ACCEPTS, reader, |format, reader| {
            let (count, after) = reader.enter(format)?;
            T::check_values(count, reader)?;
            reader.leave(after)
        })?;
        Ok(Self { octets, items: PhantomData })
    }
}

impl<'a, T: Decode<'a> + Encode> Encode for ListRef<'a, T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        let list = OpenCompound::begin(LIST, self.len(), writer);
        self.iter().for_each(|item| item.encode(writer));
        list.end(self.len(), writer);
    }
}

impl<'a, T: Decode<'a> + Encode> ArrayItem for ListRef<'a, T> {
    const FORMATS: &'static [Format] = &[LIST.0, LIST.1];

    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        let list = OpenCompound::begin_data(LIST, format, writer);
        self.iter().for_each(|item| item.encode(writer));
        list.end_data(self.len(), writer)
    }
}

impl<T: Owned> Owned for List<T> {
    type Borrowed<'a> = ListRef<'a, T::Borrowed<'a>>;

    fn from_borrowed<'a>(borrowed: ListRef<'a, T::Borrowed<'a>>) -> Self {
        borrowed.iter().map(T::from_borrowed).collect()
    }
}

view!(ListRef<T>, ListItems, T, debug_list);

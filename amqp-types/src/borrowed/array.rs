//! Arrays that borrow.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;

use super::counted::view;
use super::{Counted, Owned};
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode, decode_any};
use crate::compound::{ARRAY, OpenCompound};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::{Array, enter_array, enter_fixed, write_in_narrowest};
use crate::reader::Reader;
use crate::writer::Writer;

/// An [`Array`] that borrows: an array that has been checked, whose items are read one by one as they
/// are asked for (section 1.6.24).
pub struct ArrayRef<'a, T> {
    octets: Counted<'a>,
    items: PhantomData<fn() -> T>,
}

/// The items of an [`ArrayRef`].
#[derive(Clone)]
pub struct ArrayItems<'a, T> {
    /// What the items share; there is none where there are no items.
    constructor: Option<Constructor<'a>>,
    reader: Reader<'a>,
    left: usize,
    items: PhantomData<fn() -> T>,
}

impl<T> ArrayRef<'_, T> {
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

impl<'a, T: Decode<'a>> ArrayRef<'a, T> {
    /// The items, in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> ArrayItems<'a, T> {
        let (left, octets) = self.octets.split();
        let mut reader = Reader::checked(octets);
        let constructor = if left == 0 { None } else { reader.constructor().ok() };
        ArrayItems { constructor, reader, left, items: PhantomData }
    }

    /// The items, in order, as a vector. Numbers are read all at once, which takes little longer than to
    /// copy them.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        let ArrayItems { constructor, mut reader, left, .. } = self.iter();
        // They were read before, so that they cannot fail now.
        let items = constructor.map(|items| T::decode_items(items, left, &mut reader));
        items.and_then(Result::ok).unwrap_or_default()
    }
}

impl<'a, T: Decode<'a>> Iterator for ArrayItems<'a, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        // They were read before, so that they cannot fail now.
        T::decode_data(self.constructor?, &mut self.reader).ok()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    #[inline]
    fn fold<B, F: FnMut(B, T) -> B>(self, init: B, each: F) -> B {
        match self.constructor {
            Some(constructor) => {
                T::hand_items(constructor, self.left, self.reader.rest(), init, each)
            }
            None => init,
        }
    }
}

impl<'a: 'b, 'b, T: Decode<'a>> Decode<'a> for ArrayRef<'b, T> {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Array);

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let octets = Counted::decode(constructor, Self::ACCEPTS, reader, |format, reader| {
            let array = enter_array(format, reader)?;
            if !T::ACCEPTS.admits(&array.constructor) {
                return Err(reader.unexpected(&array.constructor, T::ACCEPTS));
            }
            T::check_items(array.constructor, array.count, reader)?;
            reader.leave(array.after)
        })?;
        Ok(Self { octets, items: PhantomData })
    }

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        let Some((_, before)) = reader.rest().split_first() else {
            return decode_any(reader);
        };
        let Some(array) = enter_fixed(T::ACCEPTS, reader) else {
            return decode_any(reader);
        };
        T::check_items(array.constructor, array.count, reader)?;
        reader.leave(array.after)?;
        Ok(Self { octets: Counted(reader.taken_since(before)), items: PhantomData })
    }
}

impl<'a, T: Decode<'a> + ArrayItem> ArrayRef<'a, T> {
    fn encode_constructor_and_items(&self, writer: &mut Writer<'_>) {
        write_in_narrowest(T::FORMATS, writer, |format, writer| {
            T::encode_constructor(format, writer);
            self.iter().all(|item| item.encode_data(format, writer))
        });
    }
}

impl<'a, T: Decode<'a> + ArrayItem> Encode for ArrayRef<'a, T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        let array = OpenCompound::begin(ARRAY, self.len(), writer);
        self.encode_constructor_and_items(writer);
        array.end(self.len(), writer);
    }
}

impl<'a, T: Decode<'a> + ArrayItem> ArrayItem for ArrayRef<'a, T> {
    const FORMATS: &'static [Format] = &[ARRAY.0, ARRAY.1];

    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        let array = OpenCompound::begin_data(ARRAY, format, writer);
        self.encode_constructor_and_items(writer);
        array.end_data(self.len(), writer)
    }
}

impl<T: Owned> Owned for Array<T> {
    type Borrowed<'a> = ArrayRef<'a, T::Borrowed<'a>>;

    fn from_borrowed<'a>(borrowed: ArrayRef<'a, T::Borrowed<'a>>) -> Self {
        borrowed.iter().map(T::from_borrowed).collect()
    }
}

view!(ArrayRef<T>, ArrayItems, T, debug_list);

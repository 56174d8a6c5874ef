//! Arrays that borrow.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;

use super::items::view;
use super::{Data, Owned, ViewItems};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::Array;
use crate::reader::{RawCompound, Reader};
use crate::writer::{ARRAY, Writer};

/// An [`Array`] that borrows. All of it is validated when it is decoded; the items are decoded one by
/// one as they are read (section 1.6.24).
pub struct ArrayRef<'a, T> {
    octets: RawCompound<'a>,
    items: PhantomData<fn() -> T>,
}

/// The items of an [`ArrayRef`].
pub type ArrayItems<'a, T> = ViewItems<'a, Data<'a, T>>;

impl<T> ArrayRef<'_, T> {
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

impl<'a, T: Decode<'a>> ArrayRef<'a, T> {
    /// Returns an iterator over the items, in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> ArrayItems<'a, T> {
        let (count, constructor, items) = self.octets.split_array();
        ViewItems::new(count, items, Data::new(constructor))
    }

    /// Returns an item by its index. It is found by decoding one item after another.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        self.iter().nth(index)
    }

    /// Returns the items as a vector. Numbers are converted all at once, which takes little longer
    /// than to copy them.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        let (count, constructor, items) = self.octets.split_array();
        if count == 0 {
            return Vec::new();
        }
        // The items have been decoded before, so that they cannot fail now.
        T::decode_items(constructor, count, &mut Reader::trusted(items)).unwrap_or_default()
    }
}

impl<'de: 'b, 'b, T: Decode<'de>> Decode<'de> for ArrayRef<'b, T> {
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
            return Ok(Self { octets, items: PhantomData });
        }
        let array = reader.array(constructor.format())?;
        reader.items(array.items, |reader| {
            let constructor = array.constructor;
            if !T::ACCEPTS.contains(&constructor) {
                return Err(reader.unexpected(&constructor, T::ACCEPTS));
            }
            (0..array.count).try_for_each(|_| T::decode_value(constructor, reader).map(drop))
        })?;
        Ok(Self { octets: array.octets, items: PhantomData })
    }
}

impl<'a, T: Decode<'a> + ArrayItem> ArrayRef<'a, T> {
    /// Writes the constructor that items share, and their data. Returns how many items there were.
    fn encode_content(&self, writer: &mut Writer<'_>) -> usize {
        let mut count = 0;
        writer.in_narrowest(T::FORMATS, |format, writer| {
            T::encode_constructor(format, writer);
            count = 0;
            self.iter().all(|item| {
                count += 1;
                item.encode_value(format, writer)
            })
        });
        count
    }
}

impl<'a, T: Decode<'a> + ArrayItem> Encode for ArrayRef<'a, T> {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.compound(ARRAY, self.len(), |writer| self.encode_content(writer));
    }
}

impl<'a, T: Decode<'a> + ArrayItem> ArrayItem for ArrayRef<'a, T> {
    const FORMATS: &'static [Format] = &[ARRAY.narrow, ARRAY.wide];

    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        writer.compound_value(ARRAY, format, |writer| self.encode_content(writer))
    }
}

impl<T: Owned> Owned for Array<T> {
    type Ref<'a> = ArrayRef<'a, T::Ref<'a>>;

    fn from_ref<'a>(borrowed: ArrayRef<'a, T::Ref<'a>>) -> Self {
        borrowed.iter().map(T::from_ref).collect()
    }
}

view!(ArrayRef<T>, ArrayItems, T, debug_list);

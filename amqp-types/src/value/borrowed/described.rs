//! Described values that borrow.

use core::cmp::Ordering;
use core::fmt;

use super::ValueRef;
use crate::accepts::Accepts;
use crate::borrowed::Owned;
use crate::codec::{Decode, Encode};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::reader::Reader;
use crate::value::{DescribedValue, Value};
use crate::writer::Writer;

/// A [`DescribedValue`] that borrows: a value and its descriptor, which have been checked
/// (section 1.2).
#[derive(Clone, Copy)]
pub struct DescribedValueRef<'a> {
    /// What begins with the descriptor and ends with the value's data.
    octets: &'a [u8],
    /// Where in there the data begins, if it is apart.
    data: u32,
    /// Whether it does not stand right behind the constructor: in an array, that stands before the
    /// data of all items.
    is_apart: bool,
}

impl<'a> DescribedValueRef<'a> {
    /// What the value is: by the standard a symbol or a ulong, on the wire anything.
    #[must_use]
    pub fn descriptor(&self) -> ValueRef<'a> {
        self.both().0
    }

    /// The value that is described.
    #[must_use]
    pub fn value(&self) -> ValueRef<'a> {
        self.both().1
    }

    fn both(&self) -> (ValueRef<'a>, ValueRef<'a>) {
        // All was read before, so that it cannot fail now.
        let mut reader = Reader::checked(self.octets);
        let descriptor = ValueRef::decode(&mut reader);
        let value = if self.is_apart {
            let data = self.octets.get(self.data as usize..).unwrap_or_default();
            reader.constructor().and_then(|constructor| {
                ValueRef::decode_data(constructor, &mut Reader::checked(data))
            })
        } else if let [0, described @ ..] = reader.rest() {
            // What is left is that value alone: nobody need look for its end.
            Ok(ValueRef::Described(Self { octets: described, data: 0, is_apart: false }))
        } else {
            ValueRef::decode(&mut reader)
        };
        (descriptor.unwrap_or_default(), value.unwrap_or_default())
    }
}

impl<'a: 'b, 'b> Decode<'a> for DescribedValueRef<'b> {
    const ACCEPTS: &'static Accepts = &Accepts::any_described();

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if !Self::ACCEPTS.admits(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let data = reader.rest();
        if reader.is_checked() {
            reader.skip_data(constructor)?;
        } else {
            reader.descend()?;
            reader.revisit::<ValueRef<'a>>(constructor.descriptor_octets())?;
            ValueRef::decode_data(constructor.inner(), reader)?;
            reader.ascend();
        }
        let rest = reader.rest();
        let octets = constructor.described_until(rest);
        let data = octets.len().saturating_sub(data.len() - rest.len());
        let is_apart = data != constructor.described_len();
        // No array is larger.
        Ok(Self { octets, data: u32::try_from(data).unwrap_or_default(), is_apart })
    }
}

impl fmt::Debug for DescribedValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (descriptor, value) = self.both();
        f.debug_struct("DescribedValueRef")
            .field("descriptor", &descriptor)
            .field("value", &value)
            .finish()
    }
}

impl PartialEq for DescribedValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.both() == other.both()
    }
}

impl Eq for DescribedValueRef<'_> {}

impl PartialOrd for DescribedValueRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DescribedValueRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.both().cmp(&other.both())
    }
}

impl Encode for DescribedValueRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        let (descriptor, value) = self.both();
        writer.octet(0);
        descriptor.encode(writer);
        value.encode(writer);
    }
}

impl Owned for DescribedValue {
    type Borrowed<'a> = DescribedValueRef<'a>;

    fn from_borrowed(borrowed: DescribedValueRef<'_>) -> Self {
        let (descriptor, value) = borrowed.both();
        Self { descriptor: Value::from_borrowed(descriptor), value: Value::from_borrowed(value) }
    }
}

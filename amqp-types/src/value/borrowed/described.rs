//! Described values that borrow.

use core::cmp::Ordering;
use core::fmt;

use super::ValueRef;
use crate::accepts::Accepts;
use crate::borrowed::Owned;
use crate::codec::{Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::reader::Reader;
use crate::value::{DescribedValue, Value};
use crate::writer::Writer;

/// A [`DescribedValue`] that borrows: a value and its descriptor, which have been checked
/// (section 1.2).
#[derive(Clone, Copy)]
pub struct DescribedValueRef<'a> {
    /// The descriptor and the value, one after the other.
    octets: &'a [u8],
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
        let mut reader = Reader::checked(self.octets);
        // They were read before, so that they cannot fail now.
        let mut next = || ValueRef::decode(&mut reader).unwrap_or_default();
        (next(), next())
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
        match constructor.described_until(data, reader.rest()) {
            Some(octets) => Ok(Self { octets }),
            None => {
                let why = "what the items of an array are described by stands before all of them";
                Err(reader.error_in(data, DecodeErrorKind::Invalid(why)))
            }
        }
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

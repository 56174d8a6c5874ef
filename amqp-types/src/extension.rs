//! Types that are not in the standard itself, but that brokers and clients use.
//!
//! Each is a derived line or two, as yours can be: the module shows how extending is done.

pub mod filter;

use alloc::boxed::Box;
use core::ops::Deref;

use crate::Value;
use crate::accepts::Accepts;
use crate::borrowed::Owned;
use crate::codec::{Decode, DecodeOwned, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeError, Failed};
use crate::reader::Reader;
use crate::transparent::transparent_ref;
use crate::value::{DescribedValue, DescribedValueRef};
use crate::writer::Writer;

/// A described value that is none of the standard's: its descriptor is a number of a domain other
/// than 0, or a symbol that does not begin with `amqp:`.
///
/// Where the standard has an archetype rather than a type, as for outcomes, it stands for what
/// others have added. [`to_type`](Self::to_type) reads it as the type that it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Extension(Box<DescribedValue>);

impl Extension {
    /// A value of a type of one's own.
    ///
    /// # Errors
    ///
    /// If it does not encode to such a described value.
    pub fn of<T: Encode + ?Sized>(value: &T) -> Result<Self, DecodeError> {
        Value::of(value)?.to_type()
    }

    /// The value as a type of one's own.
    ///
    /// # Errors
    ///
    /// If it is another one, or does not decode.
    pub fn to_type<T: DecodeOwned>(&self) -> Result<T, DecodeError> {
        Value::Described(self.0.clone()).to_type()
    }
}

impl TryFrom<DescribedValue> for Extension {
    type Error = DecodeError;

    /// A value with a descriptor that the standard keeps for itself is an error, as it is when it
    /// is read.
    fn try_from(value: DescribedValue) -> Result<Self, DecodeError> {
        Self::of(&value)
    }
}

impl From<Extension> for DescribedValue {
    fn from(extension: Extension) -> Self {
        *extension.0
    }
}

impl Deref for Extension {
    type Target = DescribedValue;

    fn deref(&self) -> &DescribedValue {
        &self.0
    }
}

impl Encode for Extension {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

impl<'a> Decode<'a> for Extension {
    const ACCEPTS: &'static Accepts = &Accepts::extensions();

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if Self::ACCEPTS.admits(&constructor) {
            Box::decode_data(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }
}

/// An [`Extension`] that borrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionRef<'a>(DescribedValueRef<'a>);

impl ExtensionRef<'_> {
    /// The value as a type of one's own, which does not borrow.
    ///
    /// # Errors
    ///
    /// As [`Extension::to_type`].
    pub fn to_type<T: DecodeOwned>(&self) -> Result<T, DecodeError> {
        T::from_shared(&self.to_bytes().map_err(DecodeError::unwritten)?)
    }
}

impl Encode for ExtensionRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

impl<'a: 'b, 'b> Decode<'a> for ExtensionRef<'b> {
    const ACCEPTS: &'static Accepts = Extension::ACCEPTS;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if Self::ACCEPTS.admits(&constructor) {
            DescribedValueRef::decode_data(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }
}

impl Owned for Extension {
    type Borrowed<'a> = ExtensionRef<'a>;

    fn from_borrowed(borrowed: ExtensionRef<'_>) -> Self {
        Self(Box::from_borrowed(borrowed.0))
    }
}

transparent_ref!(ExtensionRef(DescribedValueRef<'a>));

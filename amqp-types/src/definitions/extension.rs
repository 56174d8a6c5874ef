//! Described values that the standard does not define.

use alloc::boxed::Box;
use core::ops::Deref;

use crate::Value;
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::{Decode, DecodeOwned};
use crate::encode::Encode;
use crate::error::{DecodeError, Failed};
use crate::reader::Reader;
use crate::transparent::transparent_ref;
use crate::value::{DescribedValue, DescribedValueRef};
use crate::view::{Owned, into_owned};
use crate::writer::Writer;

/// A described value of a type that the standard does not define.
///
/// Its descriptor is a number with a domain other than 0 in the upper 32 bits, or a symbol that
/// does not begin with `amqp:`.
///
/// Where the standard has an archetype instead of a type, as for outcomes, the enum of this crate
/// has a variant with an `Extension` for types from elsewhere. [`to_type`](Self::to_type) decodes
/// it as such a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Extension(Box<DescribedValue>);

impl Extension {
    /// Encodes a value of your own type as an extension.
    ///
    /// # Errors
    ///
    /// Returns an error if `value` cannot be encoded, if it is not encoded as a described value, or
    /// if its descriptor is reserved for the standard.
    pub fn from_encode<T: Encode + ?Sized>(value: &T) -> Result<Self, DecodeError> {
        Value::from_encode(value)?.to_type()
    }

    /// Decodes the extension as a type of your own.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is of another type, or violates a rule of the type.
    pub fn to_type<T: DecodeOwned>(&self) -> Result<T, DecodeError> {
        Value::Described(self.0.clone()).to_type()
    }
}

impl TryFrom<DescribedValue> for Extension {
    type Error = DecodeError;

    /// Returns an error if the descriptor is reserved for the standard, as decoding does.
    fn try_from(value: DescribedValue) -> Result<Self, DecodeError> {
        Self::from_encode(&value)
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

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if Self::ACCEPTS.contains(&constructor) {
            Box::decode_value(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }
}

/// An [`Extension`] that borrows from the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionRef<'a>(DescribedValueRef<'a>);

impl ExtensionRef<'_> {
    /// Decodes the extension as a type of your own that does not borrow.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is of another type, or violates a rule of the type.
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

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        if Self::ACCEPTS.contains(&constructor) {
            DescribedValueRef::decode_value(constructor, reader).map(Self)
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }
}

impl Owned for Extension {
    type Ref<'a> = ExtensionRef<'a>;

    fn from_ref(borrowed: ExtensionRef<'_>) -> Self {
        Self(Box::from_ref(borrowed.0))
    }
}

into_owned!(ExtensionRef -> Extension);

transparent_ref!(ExtensionRef(DescribedValueRef<'a>));

//! What was found in the input instead of what was expected.

use core::fmt;

use crate::constructor::Constructor;
use crate::descriptor::WireDescriptor;
use crate::format::{Format, Primitive};

/// The type of a value that was not expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A primitive type.
    Primitive(Primitive),
    /// A value described by this number.
    Numbered(u64),
    /// A value described by a symbol, or by something reserved.
    Described,
}

impl Found {
    /// Returns the type of the value after a constructor.
    #[cold]
    pub(crate) fn in_constructor(constructor: &Constructor<'_>) -> Self {
        match constructor.descriptor() {
            None => Self::Primitive(constructor.format().primitive()),
            Some(WireDescriptor::Code(code)) => Self::Numbered(code),
            Some(_) => Self::Described,
        }
    }
}

impl From<Format> for Found {
    fn from(format: Format) -> Self {
        Self::Primitive(format.primitive())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primitive(primitive) => f.write_str(primitive.name()),
            Self::Numbered(code) => write!(f, "a value described by {code:#x}"),
            Self::Described => f.write_str("a value with another descriptor"),
        }
    }
}

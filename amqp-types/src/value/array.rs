//! Arrays whose item type is known only when they are read.

use alloc::vec::Vec;
use core::fmt;

use super::Value;
use crate::format::Primitive;

/// An array of any one type.
///
/// Its items are all of one primitive type. Where they are described, they share their
/// descriptors too, which are kept once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArrayValue {
    pub(super) descriptors: Vec<Value>,
    pub(super) of: Primitive,
    pub(super) items: Vec<Value>,
}

/// Values do not make an array: they are not all of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MixedArray {
    /// The place of the first item of another type.
    pub index: usize,
    /// The type that it should be of.
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

    /// The type of the items, behind their descriptors.
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

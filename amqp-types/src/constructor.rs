//! Constructors: the descriptors, if any, and the format code before a value's data (section 1.2).

use crate::descriptor::WireDescriptor;
use crate::format::Format;
use crate::keys;

/// A constructor as it was read.
///
/// A value is a constructor, then data. The constructor is a format code; or `0x00`, a descriptor
/// (any value), and another constructor.
#[derive(Clone, Copy, Debug)]
pub struct Constructor<'de> {
    format: Format,
    /// The octets from the outermost descriptor to the end of the innermost list, map or array, or of the
    /// input; empty if the value is not described.
    described: &'de [u8],
    /// The number of octets of the descriptor.
    descriptor: usize,
    /// The number of octets of the descriptor and the constructor after it.
    len: usize,
}

impl<'de> Constructor<'de> {
    /// Creates a constructor without a descriptor.
    #[inline]
    #[must_use]
    pub const fn primitive(format: Format) -> Self {
        Self { format, described: &[], descriptor: 0, len: 0 }
    }

    /// Creates a constructor with a descriptor. `descriptor` and `len` are the numbers of octets of the
    /// descriptor, and of the constructor without the `0x00` before the descriptor.
    #[inline]
    pub(crate) const fn described(
        format: Format,
        described: &'de [u8],
        descriptor: usize,
        len: usize,
    ) -> Self {
        Self { format, described, descriptor, len }
    }

    /// Returns what [`described`](Self::described) makes a constructor of.
    #[inline]
    pub(crate) const fn parts(&self) -> (Format, &'de [u8], (usize, usize)) {
        (self.format, self.described, (self.descriptor, self.len))
    }

    /// Returns the format code, which is the layout of the data.
    #[inline]
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Returns whether the value is null.
    #[inline]
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.format == Format::Null && !self.is_described()
    }

    /// Returns whether there is a descriptor.
    #[inline]
    #[must_use]
    pub const fn is_described(&self) -> bool {
        self.descriptor != 0
    }

    /// Returns whether there is more than one descriptor: the described value is itself described.
    #[inline]
    #[must_use]
    pub const fn is_nested(&self) -> bool {
        self.len > self.descriptor + 1
    }

    /// Returns about how many constructors each item of an array reads again, when it is decoded and
    /// when it is read, because its descriptors are many, or descriptors are described or compound.
    pub(crate) fn work_for_an_item(&self) -> usize {
        const NESTED: usize = 2;
        const COMPOUND: usize = 16;
        let nested = if self.is_nested() { NESTED * self.len } else { 0 };
        let compound =
            if keys::holds_values(self.described) { COMPOUND * self.descriptor } else { 0 };
        nested + compound
    }

    /// Returns the outermost descriptor, if the value is described.
    #[inline]
    #[must_use]
    pub fn descriptor(&self) -> Option<WireDescriptor<'de>> {
        self.is_described().then(|| WireDescriptor::of(self.descriptor_octets()))
    }

    /// Returns the octets of the outermost descriptor, which is a whole value. They are empty if the value
    /// is not described.
    #[inline]
    #[must_use]
    pub const fn descriptor_octets(&self) -> &'de [u8] {
        match self.described.split_at_checked(self.descriptor) {
            Some((descriptor, _)) => descriptor,
            None => &[],
        }
    }

    /// Returns the octets from the outermost descriptor to `remaining`, which is a later part of the same
    /// input.
    pub(crate) fn described_until(&self, remaining: &[u8]) -> &'de [u8] {
        let len = remaining.as_ptr().addr().saturating_sub(self.described.as_ptr().addr());
        self.described.get(..len).unwrap_or_default()
    }

    /// Returns the octets after the outermost descriptor, which begin with the constructor of the described
    /// value.
    pub(crate) fn after_descriptor(&self) -> &'de [u8] {
        self.described.get(self.descriptor..).unwrap_or_default()
    }

    /// Returns the octets from the outermost descriptor to the end of the input, if `data` is right after the
    /// constructor. This is not the case for the items of an array.
    pub(crate) fn descriptor_onwards(&self, data: &[u8]) -> Option<&'de [u8]> {
        let data_at = self.described.get(self.len..)?;
        (self.is_described() && data_at.as_ptr() == data.as_ptr()).then_some(self.described)
    }
}

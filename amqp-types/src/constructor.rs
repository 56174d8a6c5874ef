//! What goes before a value's data: a format code, and before that the descriptors, if any
//! (section 1.2).

use crate::descriptor::WireDescriptor;
use crate::format::Format;
use crate::reader::Reader;

/// A constructor as it was read.
///
/// A value is a constructor, then data. The constructor is a format code; or `0x00`, a descriptor
/// (any value), and another constructor.
#[derive(Clone, Copy, Debug)]
pub struct Constructor<'a> {
    format: Format,
    /// The octets of the outermost descriptor; empty when the value is not described.
    descriptor: &'a [u8],
    /// The octets of the constructor after the outermost descriptor; empty likewise.
    inner: &'a [u8],
}

impl<'a> Constructor<'a> {
    /// A constructor without a descriptor.
    #[inline]
    #[must_use]
    pub const fn primitive(format: Format) -> Self {
        Self { format, descriptor: &[], inner: &[] }
    }

    #[inline]
    pub(crate) const fn described(format: Format, descriptor: &'a [u8], inner: &'a [u8]) -> Self {
        Self { format, descriptor, inner }
    }

    /// The format code: the layout of the data.
    #[inline]
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Whether there is a descriptor.
    #[inline]
    #[must_use]
    pub const fn is_described(&self) -> bool {
        !self.descriptor.is_empty()
    }

    /// Whether the value that is described is described itself.
    #[inline]
    #[must_use]
    pub const fn is_nested(&self) -> bool {
        self.inner.len() > 1
    }

    /// The outermost descriptor, if the value is described.
    #[inline]
    #[must_use]
    pub fn descriptor(&self) -> Option<WireDescriptor<'a>> {
        self.is_described().then(|| WireDescriptor::of(self.descriptor))
    }

    /// The octets of the outermost descriptor, a whole value; empty if the value is not described.
    #[inline]
    #[must_use]
    pub const fn descriptor_octets(&self) -> &'a [u8] {
        self.descriptor
    }

    /// The constructor of the value that is described: this one without its outermost descriptor.
    ///
    /// The constructor of a value that is not described is its own inner one.
    #[inline]
    #[must_use]
    pub fn inner(&self) -> Self {
        let plain = Self::primitive(self.format);
        if self.is_nested() {
            // A reader has read these octets before, so that they cannot fail now.
            Reader::new(self.inner).constructor().unwrap_or(plain)
        } else {
            plain
        }
    }
}

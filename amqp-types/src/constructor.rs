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
    /// What begins with the outermost descriptor, up to the end of all that is being read; empty
    /// when the value is not described.
    described: &'a [u8],
    /// How many octets of that the descriptor takes.
    descriptor: usize,
    /// How many the descriptor and the constructor after it take.
    len: usize,
}

impl<'a> Constructor<'a> {
    /// A constructor without a descriptor.
    #[inline]
    #[must_use]
    pub const fn primitive(format: Format) -> Self {
        Self { format, described: &[], descriptor: 0, len: 0 }
    }

    /// A constructor with a descriptor of so many octets, and of so many behind its first octet.
    #[inline]
    pub(crate) const fn described(
        format: Format,
        described: &'a [u8],
        descriptor: usize,
        len: usize,
    ) -> Self {
        Self { format, described, descriptor, len }
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
        self.descriptor != 0
    }

    /// Whether the value that is described is described itself.
    #[inline]
    #[must_use]
    pub const fn is_nested(&self) -> bool {
        self.len > self.descriptor + 1
    }

    /// The outermost descriptor, if the value is described.
    #[inline]
    #[must_use]
    pub fn descriptor(&self) -> Option<WireDescriptor<'a>> {
        self.is_described().then(|| WireDescriptor::of(self.descriptor_octets()))
    }

    /// The octets of the outermost descriptor, a whole value; empty if the value is not described.
    #[inline]
    #[must_use]
    pub const fn descriptor_octets(&self) -> &'a [u8] {
        match self.described.split_at_checked(self.descriptor) {
            Some((descriptor, _)) => descriptor,
            None => &[],
        }
    }

    /// The constructor of the value that is described: this one without its outermost descriptor.
    ///
    /// The constructor of a value that is not described is its own inner one.
    #[inline]
    #[must_use]
    pub fn inner(&self) -> Self {
        let plain = Self::primitive(self.format);
        match self.described.get(self.descriptor..) {
            // A reader has read these octets before, so that they cannot fail now.
            Some(inner) if self.is_nested() => Reader::new(inner).constructor().unwrap_or(plain),
            _ => plain,
        }
    }

    /// What begins with the outermost descriptor and ends before `rest`, which is further on.
    pub(crate) fn described_until(&self, rest: &[u8]) -> &'a [u8] {
        let len = rest.as_ptr().addr().saturating_sub(self.described.as_ptr().addr());
        self.described.get(..len).unwrap_or_default()
    }

    /// How many octets the outermost descriptor and the constructor after it take.
    pub(crate) const fn described_len(&self) -> usize {
        self.len
    }
}

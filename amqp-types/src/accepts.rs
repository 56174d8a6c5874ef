//! The constructors that a type can be decoded from, as data.

use core::fmt;

use crate::constructor::Constructor;
use crate::descriptor::Descriptor;
use crate::format::Primitive;

/// The constructors that a type accepts: primitive types, a descriptor, or those of other types.
///
/// It is data rather than code, so that the compiler can evaluate it (a union does not compile if two of
/// its variants accept the same constructor) and an error can say what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepts {
    primitives: u32,
    described: By,
    one_of: &'static [&'static Self],
}

/// Which described values are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Nothing,
    One(Descriptor),
    /// Descriptors that the standard does not define.
    Extensions,
    Anything,
}

impl Accepts {
    /// Accepts nothing.
    pub const NOTHING: Self = Self { primitives: 0, described: By::Nothing, one_of: &[] };

    /// Accepts any value.
    pub const ANYTHING: Self =
        Self { primitives: u32::MAX, described: By::Anything, ..Self::NOTHING };

    /// Accepts any primitive type except list, map and array.
    pub const SIMPLE: Self = {
        let mut accepts = Self::NOTHING;
        let mut rest = Primitive::ALL.as_slice();
        while let [primitive, others @ ..] = rest {
            if !matches!(primitive, Primitive::List | Primitive::Map | Primitive::Array) {
                accepts = accepts.or(*primitive);
            }
            rest = others;
        }
        accepts
    };

    /// Accepts an integer of any width, signed or not.
    pub const INTEGERS: Self = Self::primitive(Primitive::Ubyte)
        .or(Primitive::Ushort)
        .or(Primitive::Uint)
        .or(Primitive::Ulong)
        .or(Primitive::Byte)
        .or(Primitive::Short)
        .or(Primitive::Int)
        .or(Primitive::Long);

    /// Accepts a primitive type, in any of its encodings.
    #[must_use]
    pub const fn primitive(primitive: Primitive) -> Self {
        Self { primitives: 1 << primitive as u32, ..Self::NOTHING }
    }

    /// Accepts values described by one descriptor.
    #[must_use]
    pub const fn described(descriptor: Descriptor) -> Self {
        Self { described: By::One(descriptor), ..Self::NOTHING }
    }

    /// Accepts values with any descriptor.
    #[must_use]
    pub const fn any_described() -> Self {
        Self { described: By::Anything, ..Self::NOTHING }
    }

    /// Accepts values whose descriptor is an extension: a number of a domain other than 0, or a symbol
    /// that does not begin with `amqp:`.
    #[must_use]
    pub const fn extensions() -> Self {
        Self { described: By::Extensions, ..Self::NOTHING }
    }

    /// Accepts what any of these accepts.
    #[must_use]
    pub const fn one_of(choices: &'static [&'static Self]) -> Self {
        Self { one_of: choices, ..Self::NOTHING }
    }

    /// Accepts one more primitive type.
    #[must_use]
    pub const fn or(mut self, primitive: Primitive) -> Self {
        self.primitives |= 1 << primitive as u32;
        self
    }

    /// Returns whether a value with this constructor is accepted.
    #[inline]
    #[must_use]
    pub fn contains(&self, constructor: &Constructor<'_>) -> bool {
        let is_primitive = !constructor.is_described()
            && self.contains_primitive(constructor.format().primitive());
        // A copy: the constructor itself would be in memory wherever it is used.
        is_primitive || self.contains_any(&{ *constructor })
    }

    fn contains_any(&self, constructor: &Constructor<'_>) -> bool {
        let here = match constructor.descriptor() {
            None => self.contains_primitive(constructor.format().primitive()),
            Some(read) => match &self.described {
                By::Nothing => false,
                By::One(own) => own.matches(read),
                By::Extensions => read.is_extension(),
                By::Anything => true,
            },
        };
        here || self.one_of.iter().any(|choice| choice.contains_any(constructor))
    }

    /// Returns whether only values described by this number are accepted.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn contains_code(&self, code: u8) -> bool {
        matches!(&self.described, By::One(own) if own.code() == Some(u64::from(code)))
    }

    /// Returns whether a primitive type is accepted, ignoring the choices of [`one_of`](Self::one_of).
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub const fn contains_primitive(&self, primitive: Primitive) -> bool {
        self.primitives & (1 << primitive as u32) != 0
    }

    /// Returns whether values that are equal in Rust always have the same encoding. Those of floats and
    /// decimals may not, nor those of types that may contain them.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        const INEXACT: u32 = {
            let (mut inexact, mut rest) = (0, Primitive::ALL.as_slice());
            while let [primitive, others @ ..] = rest {
                if matches!(
                    primitive,
                    Primitive::Float
                        | Primitive::Double
                        | Primitive::Decimal32
                        | Primitive::Decimal64
                        | Primitive::Decimal128
                        | Primitive::List
                        | Primitive::Map
                        | Primitive::Array
                ) {
                    inexact |= 1 << *primitive as u32;
                }
                rest = others;
            }
            inexact
        };
        self.primitives & INEXACT == 0
            && matches!(self.described, By::Nothing)
            && self.one_of.is_empty()
    }

    /// Returns whether everything that this accepts is accepted by `other` too.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_within(&self, other: &Self) -> bool {
        if self.primitives & !other.all_primitives() != 0 {
            return false;
        }
        if !matches!(self.described, By::Nothing) && !matches!(other.described, By::Anything) {
            return false;
        }
        let mut choices = self.one_of;
        while let [first, rest @ ..] = choices {
            if !first.is_within(other) {
                return false;
            }
            choices = rest;
        }
        true
    }

    /// Returns all primitive types that are accepted, those of choices included.
    const fn all_primitives(&self) -> u32 {
        let (mut primitives, mut choices) = (self.primitives, self.one_of);
        while let [first, rest @ ..] = choices {
            primitives |= first.all_primitives();
            choices = rest;
        }
        primitives
    }

    /// Returns whether some value would be accepted by both.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        let described = match (&self.described, &other.described) {
            (By::Nothing, _) | (_, By::Nothing) => false,
            (By::One(own), By::One(its)) => own.overlaps(its),
            (By::One(one), By::Extensions) | (By::Extensions, By::One(one)) => one.is_extension(),
            _ => true,
        };
        if described || self.primitives & other.primitives != 0 {
            return true;
        }
        other.overlaps_one_of(self.one_of) || self.overlaps_one_of(other.one_of)
    }

    const fn overlaps_one_of(&self, mut choices: &[&Self]) -> bool {
        while let [first, rest @ ..] = choices {
            if self.overlaps(first) {
                return true;
            }
            choices = rest;
        }
        false
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>, first: &mut bool) -> fmt::Result {
        let mut separate = |f: &mut fmt::Formatter<'_>| {
            if core::mem::take(first) { Ok(()) } else { f.write_str(" or ") }
        };
        if self.primitives == u32::MAX {
            separate(f)?;
            return f.write_str("any value");
        }
        let mut primitives = self.primitives;
        for (several, name) in [(Self::SIMPLE, "a simple value"), (Self::INTEGERS, "an integer")] {
            if primitives & several.primitives == several.primitives {
                primitives &= !several.primitives;
                separate(f)?;
                f.write_str(name)?;
            }
        }
        for primitive in Primitive::ALL {
            if primitives & (1 << primitive as u32) != 0 {
                separate(f)?;
                f.write_str(primitive.name())?;
            }
        }
        match &self.described {
            By::Nothing => {}
            By::One(descriptor) => {
                separate(f)?;
                write!(f, "{descriptor}")?;
            }
            By::Extensions => {
                separate(f)?;
                f.write_str("an extension")?;
            }
            By::Anything => {
                separate(f)?;
                f.write_str("a described value")?;
            }
        }
        self.one_of.iter().try_for_each(|choice| choice.describe(f, first))
    }
}

/// Writes, for example, `null or uint` or `amqp:open:list`.
impl fmt::Display for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe(f, &mut true)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    const UINT: Accepts = Accepts::primitive(Primitive::Uint);
    const OPEN: Accepts = Accepts::described(Descriptor::new("amqp:open:list", 0x10));
    const EITHER: Accepts = Accepts::one_of(&[&UINT, &OPEN]);

    #[test]
    fn overlap_is_symmetric_and_looks_into_choices() {
        let same_code = Accepts::described(Descriptor::new("other", 0x10));
        let mine = Accepts::described(Descriptor::named("com.example:mine"));
        assert!(mine.overlaps(&Accepts::extensions()));
        let same_name = Accepts::described(Descriptor::new("amqp:open:list", 0x11));
        for (a, b, expected) in [
            (&UINT, &OPEN, false),
            (&UINT, &EITHER, true),
            (&OPEN, &EITHER, true),
            (&OPEN, &same_code, true),
            (&OPEN, &same_name, true),
            (&same_code, &same_name, false),
            (&same_code, &EITHER, true),
            (&OPEN, &Accepts::any_described(), true),
            (&UINT, &Accepts::any_described(), false),
            (&UINT, &Accepts::ANYTHING, true),
            (&Accepts::NOTHING, &Accepts::ANYTHING, false),
            (&OPEN, &Accepts::extensions(), false),
            (&EITHER, &Accepts::extensions(), false),
            (&Accepts::extensions(), &Accepts::any_described(), true),
        ] {
            assert_eq!(a.overlaps(b), expected, "{a} / {b}");
            assert_eq!(b.overlaps(a), expected, "{b} / {a}");
        }
    }

    #[test]
    fn a_subset_is_accepted_by_its_superset() {
        const NULLABLE: Accepts = Accepts::one_of(&[&UINT, &Accepts::primitive(Primitive::Null)]);
        for (a, b, expected) in [
            (&UINT, &Accepts::SIMPLE, true),
            (&NULLABLE, &Accepts::SIMPLE, true),
            (&UINT, &NULLABLE, true),
            (&NULLABLE, &UINT, false),
            (&OPEN, &Accepts::SIMPLE, false),
            (&EITHER, &Accepts::SIMPLE, false),
            (&Accepts::ANYTHING, &Accepts::SIMPLE, false),
            (&Accepts::primitive(Primitive::Map), &Accepts::SIMPLE, false),
            (&EITHER, &Accepts::ANYTHING, true),
        ] {
            assert_eq!(a.is_within(b), expected, "{a} / {b}");
        }
    }

    #[test]
    fn reads_as_words() {
        assert_eq!(UINT.or(Primitive::Null).to_string(), "null or uint");
        assert_eq!(EITHER.to_string(), "uint or amqp:open:list");
        assert_eq!(Accepts::ANYTHING.to_string(), "any value");
        assert_eq!(Accepts::SIMPLE.to_string(), "a simple value");
        assert_eq!(Accepts::SIMPLE.or(Primitive::List).to_string(), "a simple value or list");
        assert_eq!(Accepts::INTEGERS.or(Primitive::Null).to_string(), "an integer or null");
    }
}

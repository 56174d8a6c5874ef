//! Which constructors a type can be read from, as data.

use core::fmt;

use crate::constructor::Constructor;
use crate::descriptor::Descriptor;
use crate::format::Primitive;

/// The constructors that a type accepts: primitive types, a descriptor, or a choice of others.
///
/// It is data rather than code so that it can be asked when the program is compiled (two variants
/// of a union that accept the same do not compile) and so that an error can say what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepts {
    primitives: u32,
    descriptor: Option<Descriptor>,
    any_described: bool,
    one_of: &'static [&'static Self],
}

impl Accepts {
    /// Nothing at all.
    pub const NOTHING: Self =
        Self { primitives: 0, descriptor: None, any_described: false, one_of: &[] };

    /// Whatever the type system can express.
    pub const ANYTHING: Self = Self { primitives: u32::MAX, any_described: true, ..Self::NOTHING };

    /// A primitive type, in any of its encodings.
    #[must_use]
    pub const fn primitive(primitive: Primitive) -> Self {
        Self { primitives: 1 << primitive as u32, ..Self::NOTHING }
    }

    /// Values described by one descriptor.
    #[must_use]
    pub const fn described(descriptor: Descriptor) -> Self {
        Self { descriptor: Some(descriptor), ..Self::NOTHING }
    }

    /// Values described by anything.
    #[must_use]
    pub const fn any_described() -> Self {
        Self { any_described: true, ..Self::NOTHING }
    }

    /// What any of some types accepts.
    #[must_use]
    pub const fn one_of(choices: &'static [&'static Self]) -> Self {
        Self { one_of: choices, ..Self::NOTHING }
    }

    /// The same and one primitive type more.
    #[must_use]
    pub const fn or(mut self, primitive: Primitive) -> Self {
        self.primitives |= 1 << primitive as u32;
        self
    }

    /// Whether a value with this constructor can be read.
    #[inline]
    #[must_use]
    pub fn admits(&self, constructor: &Constructor<'_>) -> bool {
        let here = match constructor.descriptor() {
            None => self.has(constructor.format().primitive()),
            Some(read) => {
                self.any_described || self.descriptor.is_some_and(|own| own.matches(read))
            }
        };
        here || self.one_of.iter().any(|choice| choice.admits(constructor))
    }

    /// Whether some value would be accepted by both.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        if self.primitives & other.primitives != 0 || self.any_described && other.any_described {
            return true;
        }
        match (&self.descriptor, &other.descriptor) {
            (Some(own), Some(its)) if own.overlaps(its) => return true,
            (Some(_), _) if other.any_described => return true,
            (_, Some(_)) if self.any_described => return true,
            _ => {}
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

    const fn has(&self, primitive: Primitive) -> bool {
        self.primitives & (1 << primitive as u32) != 0
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>, first: &mut bool) -> fmt::Result {
        let mut separate = |f: &mut fmt::Formatter<'_>| {
            if core::mem::take(first) { Ok(()) } else { f.write_str(" or ") }
        };
        if self.primitives == u32::MAX {
            separate(f)?;
            return f.write_str("any value");
        }
        for primitive in Primitive::ALL {
            if self.has(primitive) {
                separate(f)?;
                f.write_str(primitive.name())?;
            }
        }
        if let Some(descriptor) = &self.descriptor {
            separate(f)?;
            write!(f, "{descriptor}")?;
        } else if self.any_described {
            separate(f)?;
            f.write_str("a described value")?;
        }
        self.one_of.iter().try_for_each(|choice| choice.describe(f, first))
    }
}

/// For example `uint or null`, or `amqp:open:list`.
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
        ] {
            assert_eq!(a.overlaps(b), expected, "{a} / {b}");
            assert_eq!(b.overlaps(a), expected, "{b} / {a}");
        }
    }

    #[test]
    fn reads_as_words() {
        assert_eq!(UINT.or(Primitive::Null).to_string(), "null or uint");
        assert_eq!(EITHER.to_string(), "uint or amqp:open:list");
        assert_eq!(Accepts::ANYTHING.to_string(), "any value");
    }
}

//! Writes octets in hexadecimal.

use std::fmt;

/// Writes octets without separators: `00ff`.
pub(crate) struct Plain<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// Writes octets separated by spaces: `00 ff`.
pub(crate) struct Spaced<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Spaced<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, octet) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed() {
        assert_eq!(Plain(&[0, 255]).to_string(), "00ff");
        assert_eq!(Spaced(&[0, 255]).to_string(), "00 ff");
        assert_eq!(Spaced(&[]).to_string(), "");
    }
}

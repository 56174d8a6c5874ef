//! Golden octets: each composite of the standard in several forms (`tests/golden/composites.txt`).

use std::sync::OnceLock;

/// A composite in one form.
#[derive(Clone, Debug)]
pub struct Golden {
    /// The composite's name, such as `open`.
    pub name: &'static str,
    /// Which form it is in, such as `minimal`.
    pub form: &'static str,
    /// The octets.
    pub octets: Vec<u8>,
}

impl Golden {
    /// Returns all of them, in the order of the file.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Golden>> = OnceLock::new();
        ALL.get_or_init(Self::read)
    }

    fn read() -> Vec<Self> {
        let mut all = Vec::new();
        let mut of = "";
        for line in include_str!("../golden/composites.txt").lines() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            match line.strip_prefix("  ") {
                None => of = line,
                Some(member) => {
                    let (form, hex) = member.split_once(' ').expect("a form, then its octets");
                    all.push(Self { name: of, form, octets: octets(hex) });
                }
            }
        }
        all
    }

    /// Returns one of them.
    pub fn get(name: &str, form: &str) -> &'static Self {
        let found = Self::all().iter().find(|it| it.name == name && it.form == form);
        found.unwrap_or_else(|| panic!("there are no golden octets for {name} {form}"))
    }
}

/// Writes octets in hexadecimal.
pub fn hex(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('?');
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 0xf)]).collect()
}

/// Parses octets in hexadecimal, with optional spaces.
pub fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().filter(|digit| !digit.is_whitespace()).collect();
    let octet = |pair: &[char]| {
        let text: String = pair.iter().collect();
        u8::from_str_radix(&text, 16).unwrap_or_else(|_| panic!("{text:?} is no octet: {hex}"))
    };
    digits.chunks(2).map(octet).collect()
}

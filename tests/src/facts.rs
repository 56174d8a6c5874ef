//! The facts of AMQP 1.0 (`tests/facts.txt`), and octets generated from them.
//!
//! Nothing here uses the libraries: the encoding of a composite is derived from the facts alone, so that a
//! test which decodes it compares two independent implementations.
//!
//! ```
//! use amqp_tests::facts::{Facts, Form};
//!
//! let facts = Facts::of_the_standard();
//! let close = facts.composite("close").expect("a performative");
//! assert_eq!(facts.minimal(close).octets(Form::COMPACT), [0x00, 0x53, 0x18, 0x45]);
//! ```

mod datum;
mod outline;
mod sample;

pub use datum::{Datum, Descriptor, Form, Naming, Width};
pub use outline::{Span, field_spans, size_span};
pub use sample::{Accepted, Signature};

use std::str::{FromStr, SplitWhitespace};

/// Every type and constant that the standard defines in addition to the primitive types.
#[derive(Debug, Default)]
pub struct Facts {
    /// The composite types, in the file's order.
    pub composites: Vec<Composite>,
    /// The restricted types, in the file's order.
    pub restricted: Vec<Restricted>,
    /// The constants: name and value.
    pub constants: Vec<(&'static str, u64)>,
}

/// A composite type: a described list of fields.
#[derive(Debug)]
pub struct Composite {
    /// The name, such as `open`.
    pub name: &'static str,
    /// The descriptor before the list.
    pub descriptor: Descriptor,
    /// The archetypes that it provides.
    pub provides: Vec<&'static str>,
    /// The fields, in order.
    pub fields: Vec<Field>,
}

/// A field of a composite.
#[derive(Debug)]
pub struct Field {
    /// The name, such as `max-frame-size`.
    pub name: &'static str,
    /// The type's name; `*` for any type that provides the archetype that is required.
    pub of: &'static str,
    /// Whether the field is mandatory.
    pub mandatory: bool,
    /// Whether the field also accepts an array.
    pub multiple: bool,
    /// The default, as the standard writes it.
    pub default: Option<&'static str>,
    /// The archetype that a value must provide.
    pub requires: Option<&'static str>,
}

/// A restricted type: another type with fewer values, or with a descriptor.
#[derive(Debug)]
pub struct Restricted {
    /// The name, such as `role`.
    pub name: &'static str,
    /// The type that it restricts; `*` for any.
    pub source: &'static str,
    /// The descriptor before the value, if there is one.
    pub descriptor: Option<Descriptor>,
    /// The archetypes that it provides.
    pub provides: Vec<&'static str>,
    /// The choices, by name. If there are none, all values of the source are allowed.
    pub choices: Vec<(&'static str, &'static str)>,
}

impl Facts {
    /// Reads the facts.
    pub fn of_the_standard() -> Self {
        let mut facts = Self::default();
        for line in include_str!("../facts.txt").lines() {
            let mut words = line.split_whitespace();
            if line.starts_with("  ") {
                facts.add_member(words);
                continue;
            }
            match words.next() {
                None | Some("#") => {}
                Some("composite") => facts.composites.push(composite(words)),
                Some("restricted") => facts.restricted.push(restricted(words)),
                Some("constant") => facts.constants.push((word(&mut words), number(words.next()))),
                Some(other) => panic!("facts.txt begins a line with {other:?}"),
            }
        }
        facts
    }

    /// Returns a composite type by its name.
    pub fn composite(&self, name: &str) -> Option<&Composite> {
        self.composites.iter().find(|composite| composite.name == name)
    }

    /// Returns a restricted type by its name.
    pub fn restricted(&self, name: &str) -> Option<&Restricted> {
        self.restricted.iter().find(|restricted| restricted.name == name)
    }

    /// Adds a field or choice to the type of the preceding lines. A type with choices is restricted, and
    /// composites come first.
    fn add_member(&mut self, mut words: SplitWhitespace<'static>) {
        if let Some(restricted) = self.restricted.last_mut() {
            restricted.choices.push((word(&mut words), word(&mut words)));
        } else {
            let composite = self.composites.last_mut().expect("a field belongs to a composite");
            composite.fields.push(field(words));
        }
    }
}

fn composite(mut words: SplitWhitespace<'static>) -> Composite {
    let name = word(&mut words);
    let descriptor = descriptor(&mut words);
    Composite { name, descriptor, provides: provides(words), fields: Vec::new() }
}

fn restricted(mut words: SplitWhitespace<'static>) -> Restricted {
    let (name, source) = (word(&mut words), word(&mut words));
    let mut ahead = words.clone();
    let mut described = None;
    if ahead.next() == Some("described") {
        described = Some(descriptor(&mut ahead));
        words = ahead;
    }
    let provides = provides(words);
    Restricted { name, source, descriptor: described, provides, choices: Vec::new() }
}

fn field(mut words: SplitWhitespace<'static>) -> Field {
    let (name, of) = (word(&mut words), word(&mut words));
    let mut field =
        Field { name, of, mandatory: false, multiple: false, default: None, requires: None };
    while let Some(key) = words.next() {
        match key {
            "mandatory" => field.mandatory = true,
            "multiple" => field.multiple = true,
            "default" => field.default = Some(word(&mut words)),
            "requires" => field.requires = Some(word(&mut words)),
            _ => panic!("facts.txt says {key:?} of the field {name}"),
        }
    }
    field
}

fn descriptor(words: &mut SplitWhitespace<'static>) -> Descriptor {
    let name = word(words);
    let code = word(words);
    let digits = code.strip_prefix("0x").expect("codes are written in hexadecimal");
    Descriptor { name, code: u64::from_str_radix(digits, 16).expect("a code is a number") }
}

fn provides(mut words: SplitWhitespace<'static>) -> Vec<&'static str> {
    match words.next() {
        None => Vec::new(),
        Some("provides") => word(&mut words).split(',').collect(),
        Some(other) => panic!("facts.txt says {other:?} of a type"),
    }
}

fn word(words: &mut SplitWhitespace<'static>) -> &'static str {
    words.next().expect("a line of facts.txt ends too soon")
}

/// Parses a number of the facts.
fn number<T: FromStr>(text: Option<&str>) -> T {
    text.and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("facts.txt has {text:?} where a number is due"))
}

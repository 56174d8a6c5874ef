//! Sample values of each type, from the facts.

use std::collections::BTreeSet;

use super::{Composite, Datum, Facts, Field, Form, Restricted, number};

/// The constructor of a value: the name of a primitive type, or the code of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signature {
    /// A value without a descriptor.
    Primitive(&'static str),
    /// A value with a descriptor.
    Described(u64),
}

/// The constructors that a type or field accepts, except null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// All constructors.
    Any,
    /// Only these.
    Only(BTreeSet<Signature>),
}

impl Accepted {
    /// Whether a value with this signature is accepted.
    pub fn takes(&self, signature: Signature) -> bool {
        match self {
            Self::Any => true,
            Self::Only(signatures) => signatures.contains(&signature),
        }
    }

    fn and(self, more: Self) -> Self {
        match (self, more) {
            (Self::Only(mut signatures), Self::Only(more)) => {
                signatures.extend(more);
                Self::Only(signatures)
            }
            _ => Self::Any,
        }
    }
}

/// A descriptor of another domain than the standard's.
const EXTENSION: u64 = 0x0000_1234_0000_0001;

/// A descriptor of the standard's domain that no type has.
const RESERVED: u64 = 0x1f;

/// The archetypes of described values that can be extended. Frames, sections and sources are not among
/// them.
const EXTENSIBLE: [&str; 5] = ["delivery-state", "outcome", "source", "target", "lifetime-policy"];

impl Facts {
    /// Returns the constructors of a type by its name, or those of all types that provide `archetype` if the
    /// name is `*`.
    pub fn accepted(&self, of: &str, archetype: Option<&str>) -> Accepted {
        if of == "*" {
            let Some(archetype) = archetype else { return Accepted::Any };
            let others = EXTENSIBLE
                .contains(&archetype)
                .then(|| Accepted::Only(BTreeSet::from([Signature::Described(EXTENSION)])));
            // No type provides `global-tx-id`, which the standard leaves open.
            return self
                .providers(archetype)
                .into_iter()
                .map(|provider| self.accepted(provider, None))
                .chain(others)
                .reduce(Accepted::and)
                .unwrap_or(Accepted::Any);
        }
        let signature = if let Some(composite) = self.composite(of) {
            Signature::Described(composite.descriptor.code)
        } else if let Some(restricted) = self.restricted(of) {
            match restricted.descriptor {
                Some(descriptor) => Signature::Described(descriptor.code),
                None => return self.accepted(restricted.source, None),
            }
        } else {
            Signature::Primitive(primitive(of))
        };
        Accepted::Only(BTreeSet::from([signature]))
    }

    /// Returns the composite type whose descriptor is at the start of these octets, in any form.
    pub fn composite_in(&self, octets: &[u8]) -> Option<&Composite> {
        let begins = |composite: &&Composite| {
            Form::all().any(|form| {
                let empty = composite.with(vec![]).octets(form);
                let described = empty.strip_suffix(Datum::List(vec![]).octets(form).as_slice());
                described.is_some_and(|described| octets.starts_with(described))
            })
        };
        self.composites.iter().find(begins)
    }

    /// Returns the types that provide an archetype.
    pub fn providers(&self, archetype: &str) -> Vec<&'static str> {
        let composites = self.composites.iter().map(|it| (it.name, &it.provides));
        let restricted = self.restricted.iter().map(|it| (it.name, &it.provides));
        composites
            .chain(restricted)
            .filter(|(_, provides)| provides.contains(&archetype))
            .map(|(name, _)| name)
            .collect()
    }

    /// Returns all archetypes that some type provides.
    pub fn archetypes(&self) -> BTreeSet<&'static str> {
        let composites = self.composites.iter().flat_map(|it| &it.provides);
        composites.chain(self.restricted.iter().flat_map(|it| &it.provides)).copied().collect()
    }

    /// Returns a value for each constructor except null: every primitive type, every described type of the
    /// standard, an extension, and a reserved descriptor.
    pub fn probes(&self) -> Vec<(Signature, Datum)> {
        let primitives = PRIMITIVES
            .iter()
            .filter(|name| **name != "null")
            .map(|name| (Signature::Primitive(name), self.first_sample(name)));
        let composites = self
            .composites
            .iter()
            .map(|it| (Signature::Described(it.descriptor.code), self.minimal(it)));
        let described = self.restricted.iter().filter_map(|it| {
            Some((Signature::Described(it.descriptor?.code), self.first_sample(it.name)))
        });
        let unknown = [EXTENSION, RESERVED].map(|code| {
            let list = Datum::List(vec![]);
            let datum = Datum::Described(Datum::Ulong(code).into(), list.into());
            (Signature::Described(code), datum)
        });
        primitives.chain(composites).chain(described).chain(unknown).collect()
    }

    /// Returns a composite with all fields. They do not have their defaults, and have several values where
    /// this is allowed.
    pub fn full(&self, composite: &Composite) -> Datum {
        composite.with(self.full_fields(composite))
    }

    /// Returns the fields of `full`.
    pub fn full_fields(&self, composite: &Composite) -> Vec<Datum> {
        let first = |field| self.samples_for(composite, field).swap_remove(0);
        composite.fields.iter().map(first).collect()
    }

    /// Returns a composite with its mandatory fields only.
    pub fn minimal(&self, composite: &Composite) -> Datum {
        composite.with(trimmed(self.minimal_fields(composite)))
    }

    /// Returns the fields of `minimal`, with null for those that are not mandatory.
    pub fn minimal_fields(&self, composite: &Composite) -> Vec<Datum> {
        let field = |field: &Field| {
            if field.mandatory {
                self.samples_for(composite, field).swap_remove(0)
            } else {
                Datum::Null
            }
        };
        composite.fields.iter().map(field).collect()
    }

    /// Returns values for a field except its default: one of each type that it accepts, and each choice.
    pub fn samples_for(&self, composite: &Composite, field: &Field) -> Vec<Datum> {
        let mut samples = match (composite.name, field.name) {
            // The type of the field is `map`; the text of section 2.7.3 restricts it.
            ("attach", "unsettled") => self.unsettled(),
            _ => self.samples(field.of, field.requires),
        };
        if field.multiple {
            let symbols = |datum: &Datum| match datum {
                Datum::Symbol(text) => text.clone(),
                other => panic!("{} takes several of {other:?}", field.name),
            };
            let all: Vec<_> = samples.iter().map(symbols).collect();
            let two = all.iter().take(2).cloned().collect();
            samples.splice(0..0, [Datum::SymbolArray(two), Datum::SymbolArray(all)]);
        }
        let default = field.default.map(|text| self.value(field.of, text));
        samples.retain(|sample| Some(sample) != default.as_ref());
        samples
    }

    /// Parses a default or choice as a value of a type.
    pub fn value(&self, of: &str, text: &str) -> Datum {
        if let Some(restricted) = self.restricted(of) {
            let chosen = restricted.choices.iter().find(|(name, _)| *name == text);
            return self.value(restricted.source, chosen.map_or(text, |(_, value)| value));
        }
        match of {
            "boolean" => Datum::Boolean(text == "true"),
            "ubyte" => Datum::Ubyte(number(Some(text))),
            "ushort" => Datum::Ushort(number(Some(text))),
            "uint" => Datum::Uint(number(Some(text))),
            "symbol" => Datum::symbol(text),
            _ => panic!("a value of {of} as a text"),
        }
    }

    /// Returns the choices of a restricted type as values.
    pub fn choices(&self, restricted: &Restricted) -> Vec<Datum> {
        restricted.choices.iter().map(|(_, text)| self.value(restricted.source, text)).collect()
    }

    /// Returns several values of a type, or of each type that provides the archetype if there is one.
    pub fn samples(&self, of: &str, archetype: Option<&str>) -> Vec<Datum> {
        if let Some(archetype) = archetype {
            let providers = self.providers(archetype);
            let of_providers = providers.iter().flat_map(|provider| self.samples(provider, None));
            let mut samples: Vec<_> = of_providers.collect();
            if EXTENSIBLE.contains(&archetype) {
                let inside = Datum::List(vec![Datum::Null, Datum::Boolean(true)]);
                samples.push(Datum::described("com.example:extension", inside));
            }
            if of == "symbol" {
                // Archetypes of symbols can be extended.
                samples.push(Datum::symbol("com.example:another"));
            }
            if !samples.is_empty() {
                return samples;
            }
        }
        if let Some(composite) = self.composite(of) {
            return vec![self.full(composite), self.minimal(composite)];
        }
        let Some(restricted) = self.restricted(of) else {
            return primitive_samples(of);
        };
        if !restricted.choices.is_empty() {
            return self.choices(restricted);
        }
        let samples = match of {
            "fields" => fields(),
            "annotations" => annotations(),
            "application-properties" => application_properties(),
            "filter-set" => filter_set(),
            "delivery-tag" | "transaction-id" => {
                vec![Datum::Binary(vec![1, 0, 0xff]), Datum::Binary(vec![7; 32])]
            }
            _ => self.samples(restricted.source, None),
        };
        let Some(descriptor) = restricted.descriptor else {
            return samples;
        };
        samples.into_iter().map(|sample| Datum::Typed(descriptor, sample.into())).collect()
    }

    fn first_sample(&self, of: &str) -> Datum {
        self.samples(of, None).swap_remove(0)
    }

    /// Returns a map of delivery-tags, with the state of each or null.
    fn unsettled(&self) -> Vec<Datum> {
        let mut entries: Vec<_> = (0..)
            .zip(self.samples("*", Some("delivery-state")))
            .map(|(tag, state)| (Datum::Binary(vec![tag]), state))
            .collect();
        entries.push((Datum::Binary(vec![7; 32]), Datum::Null));
        let ends: Vec<_> = entries.iter().rev().step_by(entries.len() - 1).cloned().collect();
        vec![Datum::Map(ends), Datum::Map(entries), Datum::Map(vec![])]
    }
}

impl Composite {
    /// Returns the composite with these fields.
    pub fn with(&self, fields: Vec<Datum>) -> Datum {
        Datum::Typed(self.descriptor, Datum::List(fields).into())
    }
}

/// Removes trailing nulls.
fn trimmed(mut fields: Vec<Datum>) -> Vec<Datum> {
    while fields.last() == Some(&Datum::Null) {
        fields.pop();
    }
    fields
}

const PRIMITIVES: [&str; 24] = [
    "null",
    "boolean",
    "ubyte",
    "ushort",
    "uint",
    "ulong",
    "byte",
    "short",
    "int",
    "long",
    "float",
    "double",
    "decimal32",
    "decimal64",
    "decimal128",
    "char",
    "timestamp",
    "uuid",
    "binary",
    "string",
    "symbol",
    "list",
    "map",
    "array",
];

fn primitive(name: &str) -> &'static str {
    PRIMITIVES
        .into_iter()
        .find(|primitive| *primitive == name)
        .unwrap_or_else(|| panic!("there is no type {name}"))
}

fn primitive_samples(of: &str) -> Vec<Datum> {
    match of {
        "boolean" => vec![Datum::Boolean(true), Datum::Boolean(false)],
        "ubyte" => [1, 0, 255].map(Datum::Ubyte).to_vec(),
        "ushort" => [1, 0, 255, 256, u16::MAX].map(Datum::Ushort).to_vec(),
        "uint" => [1, 0, 255, 256, u32::MAX].map(Datum::Uint).to_vec(),
        "ulong" => [1, 0, 255, 256, u64::MAX].map(Datum::Ulong).to_vec(),
        "timestamp" => {
            [1_351_468_800_000, 0, -1, i64::MIN, i64::MAX].map(Datum::Timestamp).to_vec()
        }
        "uuid" => vec![Datum::Uuid(*b"0123456789abcdef"), Datum::Uuid([0; 16])],
        "binary" => {
            let sizes = [0, 255, 256].map(|size| Datum::Binary(vec![0xfe; size]));
            [vec![Datum::Binary(vec![0, 1, 0xff])], sizes.to_vec()].concat()
        }
        "string" => {
            let sizes = [0, 127, 128].map(|size| Datum::String("é".repeat(size)));
            [vec![Datum::string("été")], sizes.to_vec()].concat()
        }
        "symbol" => {
            let sizes = [0, 255, 256].map(|size| Datum::Symbol("s".repeat(size)));
            [vec![Datum::symbol("a"), Datum::symbol("com.example:b")], sizes.to_vec()].concat()
        }
        "list" => vec![Datum::List(vec![Datum::Uint(1), Datum::Null]), Datum::List(vec![])],
        "map" => vec![
            Datum::Map(vec![(Datum::string("b"), Datum::Uint(1)), (Datum::Null, Datum::Null)]),
            Datum::Map(vec![]),
        ],
        "array" => vec![Datum::UintArray(vec![1, 2]), Datum::UintArray(vec![1, 256])],
        "*" => any(),
        _ => vec![Datum::Octets(others(of))],
    }
}

/// Returns values of the primitive types that no type of the standard uses.
fn others(of: &str) -> &'static [u8] {
    match of {
        "byte" => &[0x51, 0xff],
        "short" => &[0x61, 0xff, 0xfe],
        "int" => &[0x54, 0xff],
        "long" => &[0x55, 0xff],
        "float" => &[0x72, 0x3f, 0x80, 0, 0],
        "double" => &[0x82, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
        "decimal32" => &[0x74, 0x32, 0x80, 0, 1],
        "decimal64" => &[0x84, 0x31, 0xc0, 0, 0, 0, 0, 0, 1],
        "decimal128" => &[0x94, 0x30, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "char" => &[0x73, 0, 1, 0xf4, 0xa9],
        _ => panic!("there is no type {of}"),
    }
}

/// Returns values of all types.
fn any() -> Vec<Datum> {
    let primitives = PRIMITIVES.iter().filter(|name| **name != "null").flat_map(|name| {
        let mut samples = primitive_samples(name);
        samples.truncate(2);
        samples
    });
    primitives.chain([Datum::described("com.example:c", Datum::List(vec![]))]).collect()
}

fn fields() -> Vec<Datum> {
    let nested = Datum::Map(vec![(Datum::Ulong(1), Datum::Boolean(false))]);
    let entries = vec![
        (Datum::symbol("product"), Datum::string("été")),
        (Datum::symbol(""), Datum::Null),
        (Datum::symbol("a"), nested),
    ];
    vec![Datum::Map(entries), Datum::Map(vec![])]
}

fn annotations() -> Vec<Datum> {
    let entries = vec![
        (Datum::symbol("x-opt-b"), Datum::Timestamp(-1)),
        (Datum::Ulong(0), Datum::List(vec![Datum::Uint(0)])),
        (Datum::symbol("x-opt-a"), Datum::Null),
    ];
    vec![Datum::Map(entries), Datum::Map(vec![])]
}

fn application_properties() -> Vec<Datum> {
    let entries = vec![
        (Datum::string("été"), Datum::Octets(others("char"))),
        (Datum::string(""), Datum::Null),
    ];
    vec![Datum::Map(entries), Datum::Map(vec![])]
}

fn filter_set() -> Vec<Datum> {
    let filter = Datum::described("apache.org:selector-filter:string", Datum::string("a = 1"));
    let entries = vec![(Datum::symbol("f"), filter), (Datum::symbol("none"), Datum::Null)];
    vec![Datum::Map(entries), Datum::Map(vec![])]
}

//! Values and their encodings: an encoder for tests, which records the parts that it writes and can write
//! each value in its widest form too.

use crate::golden::hex;

/// A value of the types that the standard's types consist of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// `null`
    Null,
    /// `boolean`
    Boolean(bool),
    /// `ubyte`
    Ubyte(u8),
    /// `ushort`
    Ushort(u16),
    /// `uint`
    Uint(u32),
    /// `ulong`
    Ulong(u64),
    /// `timestamp`
    Timestamp(i64),
    /// `uuid`
    Uuid([u8; 16]),
    /// `binary`
    Binary(Vec<u8>),
    /// `string`
    String(String),
    /// `symbol`
    Symbol(String),
    /// `list`
    List(Vec<Self>),
    /// `map`
    Map(Vec<(Self, Self)>),
    /// `array` of symbols
    SymbolArray(Vec<String>),
    /// `array` of uints
    UintArray(Vec<u32>),
    /// A value of one of the standard's types that have a descriptor.
    Typed(Descriptor, Box<Self>),
    /// A value described by any other value.
    Described(Box<Self>, Box<Self>),
    /// The octets of a value of any other type, which has only one encoding.
    Octets(&'static [u8]),
}

/// A descriptor's two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The symbol.
    pub name: &'static str,
    /// The number.
    pub code: u64,
}

/// The encodings to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The encoding of the standard's descriptors.
    pub naming: Naming,
    /// The encoding of all other values.
    pub width: Width,
}

/// The encoding of descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// As a number in its shortest encoding.
    Code,
    /// As a number of eight octets.
    WideCode,
    /// As a symbol.
    Name,
    /// As a symbol with a size of four octets.
    WideName,
}

/// The encoding of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// In the shortest encoding.
    Compact,
    /// In the longest encoding.
    Widest,
}

impl Form {
    /// The form that an encoder should write.
    pub const COMPACT: Self = Self { naming: Naming::Code, width: Width::Compact };

    /// Every form, the compact one first.
    pub fn all() -> impl Iterator<Item = Self> {
        [Width::Compact, Width::Widest].into_iter().flat_map(|width| {
            [Naming::Code, Naming::WideCode, Naming::Name, Naming::WideName]
                .map(|naming| Self { naming, width })
        })
    }
}

impl Datum {
    /// A symbol.
    pub fn symbol(text: &str) -> Self {
        Self::Symbol(text.to_owned())
    }

    /// A string.
    pub fn string(text: &str) -> Self {
        Self::String(text.to_owned())
    }

    /// A value with a descriptor that the standard does not define.
    pub fn described(name: &str, value: Self) -> Self {
        Self::Described(Box::new(Self::symbol(name)), Box::new(value))
    }

    /// Returns the octets in one of the forms.
    pub fn octets(&self, form: Form) -> Vec<u8> {
        self.pieces(form).concat()
    }

    /// Returns the octets in hexadecimal, with a space between the items of a list or map.
    pub fn hex(&self, form: Form) -> String {
        let pieces: Vec<_> = self.pieces(form).iter().map(|piece| hex(piece)).collect();
        pieces.join(" ")
    }

    fn pieces(&self, form: Form) -> Vec<Vec<u8>> {
        let compact = form.width == Width::Compact;
        match self {
            Self::Boolean(value) if !compact => vec![vec![0x56, u8::from(*value)]],
            Self::List(items) if items.is_empty() && compact => vec![vec![0x45]],
            Self::List(items) => {
                let body: Vec<_> = items.iter().flat_map(|item| item.pieces(form)).collect();
                compound(0xc0, items.len(), body, form.width)
            }
            Self::Map(entries) => {
                let body: Vec<_> = entries
                    .iter()
                    .flat_map(|(key, value)| [key.pieces(form), value.pieces(form)].concat())
                    .collect();
                compound(0xc1, entries.len() * 2, body, form.width)
            }
            Self::SymbolArray(items) => {
                let narrow = compact && items.iter().all(|item| item.len() <= 0xff);
                let mut body = vec![vec![if narrow { 0xa3 } else { 0xb3 }]];
                let width = if narrow { Width::Compact } else { Width::Widest };
                // The data of an item is a symbol without its format code.
                body.extend(items.iter().map(|item| {
                    let whole = sized(0xa3, item.as_bytes(), width);
                    whole.into_iter().skip(1).collect()
                }));
                compound(0xe0, items.len(), body, form.width)
            }
            Self::UintArray(items) => {
                // Numbers in arrays have their full width, because RabbitMQ refuses the short encodings there.
                let mut body = vec![vec![0x70]];
                body.extend(items.iter().map(|item| item.to_be_bytes().to_vec()));
                compound(0xe0, items.len(), body, form.width)
            }
            Self::Typed(descriptor, value) => {
                let descriptor = descriptor.octets(form.naming);
                [vec![[vec![0], descriptor].concat()], value.pieces(form)].concat()
            }
            Self::Described(descriptor, value) => {
                let descriptor = descriptor.octets(form);
                [vec![[vec![0], descriptor].concat()], value.pieces(form)].concat()
            }
            simple => vec![simple.simple(form.width)],
        }
    }

    /// Returns the octets of a value that is not a compound.
    fn simple(&self, width: Width) -> Vec<u8> {
        let compact = width == Width::Compact;
        match self {
            Self::Boolean(true) => vec![0x41],
            Self::Boolean(false) => vec![0x42],
            Self::Ubyte(value) => vec![0x50, *value],
            Self::Ushort(value) => fixed(0x60, &value.to_be_bytes()),
            Self::Uint(0) if compact => vec![0x43],
            Self::Uint(value @ 0..=0xff) if compact => vec![0x52, value.to_be_bytes()[3]],
            Self::Uint(value) => fixed(0x70, &value.to_be_bytes()),
            Self::Ulong(0) if compact => vec![0x44],
            Self::Ulong(value @ 0..=0xff) if compact => vec![0x53, value.to_be_bytes()[7]],
            Self::Ulong(value) => fixed(0x80, &value.to_be_bytes()),
            Self::Timestamp(value) => fixed(0x83, &value.to_be_bytes()),
            Self::Uuid(value) => fixed(0x98, value),
            Self::Binary(octets) => sized(0xa0, octets, width),
            Self::String(text) => sized(0xa1, text.as_bytes(), width),
            Self::Symbol(text) => sized(0xa3, text.as_bytes(), width),
            Self::Octets(octets) => octets.to_vec(),
            _ => vec![0x40],
        }
    }
}

impl Descriptor {
    fn octets(self, naming: Naming) -> Vec<u8> {
        match naming {
            Naming::Code => Datum::Ulong(self.code).simple(Width::Compact),
            Naming::WideCode => Datum::Ulong(self.code).simple(Width::Widest),
            Naming::Name => Datum::symbol(self.name).simple(Width::Compact),
            Naming::WideName => Datum::symbol(self.name).simple(Width::Widest),
        }
    }
}

fn fixed(code: u8, data: &[u8]) -> Vec<u8> {
    [&[code], data].concat()
}

/// Writes a format code, a size, and the content. The code of the wide form is 0x10 higher.
fn sized(narrow: u8, content: &[u8], width: Width) -> Vec<u8> {
    match u8::try_from(content.len()) {
        Ok(size) if width == Width::Compact => [&[narrow, size], content].concat(),
        _ => [&[narrow + 0x10], be(content.len()).as_slice(), content].concat(),
    }
}

/// Writes a format code, the size, the count and the parts of the body. The size includes the count.
fn compound(narrow: u8, count: usize, body: Vec<Vec<u8>>, width: Width) -> Vec<Vec<u8>> {
    let len: usize = body.iter().map(Vec::len).sum();
    let head = match (u8::try_from(len + 1), u8::try_from(count)) {
        (Ok(size), Ok(count)) if width == Width::Compact => vec![narrow, size, count],
        _ => [&[narrow + 0x10], be(len + 4).as_slice(), &be(count)].concat(),
    };
    [vec![head], body].concat()
}

fn be(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("made for small values").to_be_bytes()
}

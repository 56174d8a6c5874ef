//! Values that are generated from octets: any octets are a value, and a fuzzer can reach all values.

mod standard;

use amqp_types::extension::Extension;
use amqp_types::value::{ArrayValue, DescribedValue};
use amqp_types::{
    Budget, ByteString, Bytes, Decimal32, Decimal64, Decimal128, Map, Multiple, Primitive, Symbol,
    Timestamp, Uuid, Value,
};

pub(super) use self::standard::Content;

/// The maximum depth of values.
const DEPTH: u32 = 5;

/// The octets from which values are generated, followed by zeros.
pub(super) struct Octets<'o> {
    octets: &'o [u8],
    /// The number of nulls that arrays may still have, because zero-width items are limited.
    nulls: usize,
}

impl<'o> Octets<'o> {
    pub(super) const fn new(octets: &'o [u8]) -> Self {
        Self { octets, nulls: Budget::FREE_ITEMS }
    }

    pub(super) fn octet(&mut self) -> u8 {
        let (octet, rest) = self.octets.split_first().unwrap_or((&0, &[]));
        self.octets = rest;
        *octet
    }

    fn octets<const N: usize>(&mut self) -> [u8; N] {
        [(); N].map(|()| self.octet())
    }

    fn flag(&mut self) -> bool {
        self.octet() & 1 == 1
    }

    fn ushort(&mut self) -> u16 {
        u16::from_be_bytes(self.octets())
    }

    /// Returns a number, which is small half of the time because the encodings differ.
    fn uint(&mut self) -> u32 {
        if self.flag() { self.octet().into() } else { u32::from_be_bytes(self.octets()) }
    }

    fn ulong(&mut self) -> u64 {
        if self.flag() { self.octet().into() } else { u64::from_be_bytes(self.octets()) }
    }

    fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| make(self))
    }

    fn several<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.octet() % 5).map(|_| make(self)).collect()
    }

    fn choice<T>(
        &mut self,
        choices: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
    ) -> T {
        let mut choices = choices.into_iter();
        let index = usize::from(self.octet()) % choices.len();
        choices.nth(index).expect("one of them")
    }

    /// Returns a length that is mostly short, and sometimes one at which encodings change.
    fn len(&mut self) -> usize {
        match self.octet() {
            248..=254 => self.choice([253, 254, 255, 256, 257]),
            255 => self.choice([65_535, 65_536]),
            len => usize::from(len % 20),
        }
    }

    fn binary(&mut self) -> Bytes {
        let len = self.len();
        let (own, rest) = self.octets.split_at(len.min(self.octets.len()));
        self.octets = rest;
        let mut octets = own.to_vec();
        octets.resize(len, 0xa5);
        octets.into()
    }

    fn text(&mut self) -> ByteString {
        String::from_utf8_lossy(&self.binary()).into_owned().into()
    }

    fn symbol(&mut self) -> Symbol {
        let ascii = self.binary().iter().map(|octet| char::from(octet & 0x7f)).collect::<String>();
        Symbol::new(ascii).expect("only ASCII")
    }

    /// Returns a symbol that the standard does not define.
    fn foreign(&mut self) -> Symbol {
        Symbol::new(format!("x-{}", self.symbol().as_str())).expect("only ASCII")
    }

    fn symbols(&mut self) -> Multiple<Symbol> {
        self.several(Self::symbol).into()
    }

    pub(super) fn value(&mut self) -> Value {
        self.value_within(DEPTH)
    }

    fn value_within(&mut self, depth: u32) -> Value {
        let kinds = Primitive::ALL.len();
        // Compounds and described values come last.
        let kinds = if depth == 0 { kinds - 3 } else { kinds + 1 };
        match Primitive::ALL.get(usize::from(self.octet()) % kinds) {
            Some(of) => self.value_of(*of, depth.saturating_sub(1)),
            None => self.described(depth - 1).into(),
        }
    }

    fn value_of(&mut self, of: Primitive, depth: u32) -> Value {
        match of {
            Primitive::Null => Value::Null,
            Primitive::Boolean => Value::Boolean(self.flag()),
            Primitive::Ubyte => Value::Ubyte(self.octet()),
            Primitive::Ushort => Value::Ushort(self.ushort()),
            Primitive::Uint => Value::Uint(self.uint()),
            Primitive::Ulong => Value::Ulong(self.ulong()),
            Primitive::Byte => Value::Byte(i8::from_be_bytes(self.octets())),
            Primitive::Short => Value::Short(i16::from_be_bytes(self.octets())),
            Primitive::Int => Value::Int(self.uint().cast_signed().wrapping_sub(128)),
            Primitive::Long => Value::Long(self.ulong().cast_signed().wrapping_sub(128)),
            Primitive::Float => Value::Float(f32::from_be_bytes(self.octets())),
            Primitive::Double => Value::Double(f64::from_be_bytes(self.octets())),
            Primitive::Decimal32 => Decimal32::from_bits(u32::from_be_bytes(self.octets())).into(),
            Primitive::Decimal64 => Decimal64::from_bits(u64::from_be_bytes(self.octets())).into(),
            Primitive::Decimal128 => {
                Decimal128::from_bits(u128::from_be_bytes(self.octets())).into()
            }
            Primitive::Char => Value::Char(char::from_u32(self.uint()).unwrap_or('\u{fffd}')),
            Primitive::Timestamp => self.timestamp().into(),
            Primitive::Uuid => self.uuid().into(),
            Primitive::Binary => self.binary().into(),
            Primitive::String => self.text().into(),
            Primitive::Symbol => self.symbol().into(),
            Primitive::List => self.several(|it| it.value_within(depth)).into(),
            Primitive::Map => Value::Map(self.map(|it| it.value_within(depth), depth)),
            Primitive::Array => self.array(depth).into(),
        }
    }

    fn array(&mut self, depth: u32) -> ArrayValue {
        let kinds = Primitive::ALL.len() - if depth == 0 { 3 } else { 0 };
        let of = Primitive::ALL.into_iter().nth(usize::from(self.octet()) % kinds);
        let of = of.unwrap_or(Primitive::Null);
        let descriptors = if self.octet().is_multiple_of(4) {
            self.several(|it| it.descriptor(depth))
        } else {
            vec![]
        };
        let mut items = self.several(|it| it.value_of(of, depth.saturating_sub(1)));
        if self.octet() == 0xff
            && !matches!(of, Primitive::List | Primitive::Map | Primitive::Array)
        {
            let len = self.len().min(300);
            items = items.iter().cycle().take(len).cloned().collect();
        }
        if of == Primitive::Null {
            items.truncate(self.nulls);
            self.nulls -= items.len();
        }
        ArrayValue::described(descriptors, of, items).expect("all of one type")
    }

    fn descriptor(&mut self, depth: u32) -> Value {
        match self.octet() % 8 {
            0..4 => Value::Ulong(self.ulong()),
            4..6 => self.symbol().into(),
            // Reserved, but well-formed.
            _ => self.value_within(depth.min(1)),
        }
    }

    fn described(&mut self, depth: u32) -> DescribedValue {
        DescribedValue { descriptor: self.descriptor(depth), value: self.value_within(depth) }
    }

    /// Returns a value with a descriptor that the standard does not define.
    fn extension(&mut self) -> Extension {
        let descriptor =
            if self.flag() { Value::Ulong(self.ulong() | 1 << 40) } else { self.foreign().into() };
        let value = DescribedValue { descriptor, value: self.value_within(2) };
        value.try_into().expect("a descriptor that is not the standard's")
    }

    fn map<K: Eq>(&mut self, mut key: impl FnMut(&mut Self) -> K, depth: u32) -> Map<K, Value> {
        self.several(|it| (key(it), it.value_within(depth))).into_iter().collect()
    }

    fn timestamp(&mut self) -> Timestamp {
        Timestamp(i64::from_be_bytes(self.octets()))
    }

    fn uuid(&mut self) -> Uuid {
        Uuid(self.octets())
    }
}

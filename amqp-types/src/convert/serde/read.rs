//! Deserializes values from the notation.
//!
//! Nothing is reserved for the length that a format announces, because that length is not trusted.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use bytes::Bytes;
use serde_core::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess,
    Unexpected, Visitor,
};

use crate::budget::Budget;
use crate::format::Primitive;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Map, Symbol, Timestamp, Uuid};
use crate::value::{ArrayValue, Value};

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        AnyValue { levels: Budget::DEPTH }.deserialize(from)
    }
}

/// Deserializes a value that contains at most this many levels of lists, maps, arrays and described
/// values.
#[derive(Clone, Copy)]
pub(super) struct AnyValue {
    pub(super) levels: u32,
}

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object whose only key is an AMQP type")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let Some(of) = object.next_key_seed(KIND)? else {
            return Err(Error::invalid_length(0, &self));
        };
        let value = object.next_value_seed(Content { of, levels: self.levels })?;
        if object.next_key::<IgnoredAny>()?.is_some() {
            return Err(Error::invalid_length(2, &self));
        }
        Ok(value)
    }
}

/// The key of the object of a value: a primitive type, or `None` for `described`.
const KIND: Text<Option<Primitive>> = Text {
    expected: "the name of an AMQP type",
    read: |name| {
        if name == "described" { Some(None) } else { primitive(name).map(Some) }
    },
};

const OF: Text<Primitive> = Text { expected: "the name of a primitive AMQP type", read: primitive };

fn primitive(name: &str) -> Option<Primitive> {
    Primitive::ALL.into_iter().find(|primitive| primitive.name() == name)
}

/// Deserializes the content of a value of this type, which is `None` for a described value.
struct Content {
    of: Option<Primitive>,
    levels: u32,
}

impl<'de> DeserializeSeed<'de> for Content {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        match self.of {
            None => {
                let pair = from.deserialize_tuple(2, Pair(self.inside()?));
                pair.map(|[descriptor, value]| Value::described(descriptor, value))
            }
            Some(Primitive::List) => Items(self.inside()?).deserialize(from).map(Value::List),
            Some(Primitive::Map) => from.deserialize_seq(Entries(self.inside()?)).map(Value::Map),
            Some(Primitive::Array) => {
                let array = from.deserialize_map(Array(self.inside()?));
                array.map(|array| Value::Array(Box::new(array)))
            }
            Some(of) => simple(of, from),
        }
    }
}

impl Content {
    /// Returns the deserializer of the values inside this one.
    ///
    /// # Errors
    ///
    /// Returns an error if no further level of nesting is allowed.
    fn inside<E: Error>(&self) -> Result<AnyValue, E> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(AnyValue { levels }),
            None => Err(E::custom("the values are nested deeper than the limit")),
        }
    }
}

/// Deserializes a value that contains no others. It is not inlined, because its large stack frame
/// would then be paid at each level of nesting.
#[inline(never)]
fn simple<'de, D: Deserializer<'de>>(of: Primitive, from: D) -> Result<Value, D::Error> {
    Ok(match of {
        Primitive::Boolean => bool::deserialize(from)?.into(),
        Primitive::Ubyte => u8::deserialize(from)?.into(),
        Primitive::Ushort => u16::deserialize(from)?.into(),
        Primitive::Uint => u32::deserialize(from)?.into(),
        Primitive::Ulong => {
            text(from, "an unsigned 64-bit integer in a string", number::<u64>)?.into()
        }
        Primitive::Byte => i8::deserialize(from)?.into(),
        Primitive::Short => i16::deserialize(from)?.into(),
        Primitive::Int => i32::deserialize(from)?.into(),
        Primitive::Long => text(from, "a signed 64-bit integer in a string", number::<i64>)?.into(),
        Primitive::Float => f32::from_be_bytes(text(from, DIGITS_8, bits)?).into(),
        Primitive::Double => f64::from_be_bytes(text(from, DIGITS_16, bits)?).into(),
        Primitive::Decimal32 => Decimal32::from_be_bytes(text(from, DIGITS_8, bits)?).into(),
        Primitive::Decimal64 => Decimal64::from_be_bytes(text(from, DIGITS_16, bits)?).into(),
        Primitive::Decimal128 => Decimal128::from_be_bytes(text(from, DIGITS_32, bits)?).into(),
        Primitive::Char => {
            let code = u32::deserialize(from)?;
            let unexpected = Unexpected::Unsigned(code.into());
            let scalar = char::from_u32(code);
            scalar
                .ok_or_else(|| Error::invalid_value(unexpected, &"a Unicode scalar value"))?
                .into()
        }
        Primitive::Timestamp => {
            Timestamp(text(from, "a 64-bit number of milliseconds in a string", number)?).into()
        }
        Primitive::Uuid => text(from, "a UUID", |text| text.parse::<Uuid>().ok())?.into(),
        Primitive::Binary => {
            Bytes::from(text(from, "two hexadecimal digits for each octet", octets)?).into()
        }
        Primitive::String => String::deserialize(from)?.into(),
        Primitive::Symbol => {
            text(from, "an ASCII string", |text| Symbol::try_from(text).ok())?.into()
        }
        Primitive::Null | Primitive::List | Primitive::Map | Primitive::Array => {
            <()>::deserialize(from)?.into()
        }
    })
}

/// Deserializes the items of a list.
pub(super) struct Items(pub(super) AnyValue);

impl<'de> DeserializeSeed<'de> for Items {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Vec<Value>, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence of AMQP values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<Value>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self.0)? {
            items.push(item);
        }
        Ok(items)
    }
}

/// Deserializes the entries of a map.
struct Entries(AnyValue);

impl<'de> Visitor<'de> for Entries {
    type Value = Map<Value, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence of pairs of AMQP values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some([key, value]) = sequence.next_element_seed(Pair(self.0))? {
            entries.push((key, value));
        }
        Map::try_from(entries).map_err(Error::custom)
    }
}

/// Deserializes two values: a key and its value, or a descriptor and the value that it describes.
struct Pair(AnyValue);

impl<'de> DeserializeSeed<'de> for Pair {
    type Value = [Value; 2];

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<[Value; 2], D::Error> {
        from.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for Pair {
    type Value = [Value; 2];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("two AMQP values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<[Value; 2], A::Error> {
        let mut next = |index| {
            let value = sequence.next_element_seed(self.0)?;
            value.ok_or_else(|| Error::invalid_length(index, &self))
        };
        let pair = [next(0)?, next(1)?];
        if sequence.next_element::<IgnoredAny>()?.is_some() {
            return Err(Error::invalid_length(3, &self));
        }
        Ok(pair)
    }
}

/// Deserializes an array.
struct Array(AnyValue);

#[derive(Clone, Copy)]
enum ArrayKey {
    Of,
    Descriptors,
    Items,
}

const ARRAY_KEY: Text<ArrayKey> = Text {
    expected: "`of`, `descriptors` or `items`",
    read: |key| match key {
        "of" => Some(ArrayKey::Of),
        "descriptors" => Some(ArrayKey::Descriptors),
        "items" => Some(ArrayKey::Items),
        _ => None,
    },
};

impl<'de> Visitor<'de> for Array {
    type Value = ArrayValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the keys `of` and `items`, and optionally `descriptors`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<ArrayValue, A::Error> {
        let (mut of, mut descriptors, mut items) = (None, None, None);
        while let Some(key) = object.next_key_seed(ARRAY_KEY)? {
            let twice = match key {
                ArrayKey::Of => of.replace(object.next_value_seed(OF)?).map(|_| "of"),
                ArrayKey::Descriptors => descriptors
                    .replace(object.next_value_seed(Items(self.0))?)
                    .map(|_| "descriptors"),
                ArrayKey::Items => {
                    items.replace(object.next_value_seed(Items(self.0))?).map(|_| "items")
                }
            };
            if let Some(key) = twice {
                return Err(Error::duplicate_field(key));
            }
        }
        let of = of.ok_or_else(|| Error::missing_field("of"))?;
        let items = items.ok_or_else(|| Error::missing_field("items"))?;
        ArrayValue::described(descriptors.unwrap_or_default(), of, items).map_err(Error::custom)
    }
}

/// Deserializes a string and parses it.
#[derive(Clone, Copy)]
pub(super) struct Text<T> {
    pub(super) expected: &'static str,
    pub(super) read: fn(&str) -> Option<T>,
}

fn text<'de, T, D: Deserializer<'de>>(
    from: D,
    expected: &'static str,
    read: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    Text { expected, read }.deserialize(from)
}

impl<'de, T> DeserializeSeed<'de> for Text<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        from.deserialize_str(self)
    }
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// Parses a number, which must be in its shortest form so that each number has one notation.
fn number<T: FromStr>(text: &str) -> Option<T> {
    match text.strip_prefix('-').unwrap_or(text).as_bytes() {
        [b'0'] if text.len() > 1 => return None,
        [b'0'] | [b'1'..=b'9', ..] => {}
        _ => return None,
    }
    text.parse().ok()
}

const DIGITS_8: &str = "8 hexadecimal digits";
const DIGITS_16: &str = "16 hexadecimal digits";
const DIGITS_32: &str = "32 hexadecimal digits";

fn bits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut octets = [0; N];
    fill(&mut octets, text).then_some(octets)
}

fn octets(text: &str) -> Option<Vec<u8>> {
    let mut octets = alloc::vec![0; text.len() / 2];
    fill(&mut octets, text).then_some(octets)
}

/// Parses two hexadecimal digits for each octet, and returns whether `text` consists of exactly
/// these.
fn fill(octets: &mut [u8], text: &str) -> bool {
    let pairs = text.as_bytes().chunks_exact(2);
    text.len() == 2 * octets.len()
        && octets.iter_mut().zip(pairs).all(|(octet, pair)| {
            pair.iter().all(|digit| {
                let digit = char::from(*digit).to_digit(16).and_then(|digit| digit.try_into().ok());
                *octet = *octet << 4 | digit.unwrap_or(0u8);
                digit.is_some()
            })
        })
}

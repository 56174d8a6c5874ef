//! Access to the content of values whose type is not known in advance.

use core::ops::Index;

use super::{Value, ValueRef};

/// The place of a value in another one, for [`Value::get`] and [`ValueRef::get`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKey<'k> {
    /// A key of a map: a string or a symbol with this text.
    Name(&'k str),
    /// The index of an item of a list or array, or a key of a map: an integer of any width.
    Index(usize),
}

impl<'k> From<&'k str> for ValueKey<'k> {
    fn from(name: &'k str) -> Self {
        Self::Name(name)
    }
}

impl From<usize> for ValueKey<'_> {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

macro_rules! access {
    ([$($lifetime:lifetime)?], $type:ty) => {
        impl$(<$lifetime>)? $type {
            /// Returns the boolean, or `None` if the value is none.
            #[must_use]
            pub const fn as_bool(&self) -> Option<bool> {
                match self {
                    Self::Boolean(value) => Some(*value),
                    _ => None,
                }
            }

            /// Returns the integer, whatever its width, or `None` if the value is none or exceeds an `i64`.
            #[must_use]
            pub fn as_i64(&self) -> Option<i64> {
                self.as_integer()?.try_into().ok()
            }

            /// Returns the integer, whatever its width, or `None` if the value is none or is negative.
            #[must_use]
            pub fn as_u64(&self) -> Option<u64> {
                self.as_integer()?.try_into().ok()
            }

            /// Returns the float or double, or the integer if a double can represent it. Otherwise, the
            /// result is `None`.
            #[must_use]
            pub fn as_f64(&self) -> Option<f64> {
                match self {
                    Self::Float(value) => Some(f64::from(*value)),
                    Self::Double(value) => Some(*value),
                    _ => exact(self.as_integer()?),
                }
            }

            /// Returns the text of a string or symbol, or `None` if the value is neither.
            #[must_use]
            pub fn as_str(&self) -> Option<&$($lifetime)? str> {
                match self {
                    Self::String(text) => Some(&**text),
                    Self::Symbol(symbol) => Some(symbol.as_str()),
                    _ => None,
                }
            }

            /// Returns the octets of a binary, or `None` if the value is none.
            #[must_use]
            pub fn as_bytes(&self) -> Option<&$($lifetime)? [u8]> {
                match self {
                    Self::Binary(octets) => Some(&**octets),
                    _ => None,
                }
            }

            /// Returns an integer of any width.
            pub(crate) const fn as_integer(&self) -> Option<i128> {
                Some(match self {
                    Self::Ubyte(value) => *value as i128,
                    Self::Ushort(value) => *value as i128,
                    Self::Uint(value) => *value as i128,
                    Self::Ulong(value) => *value as i128,
                    Self::Byte(value) => *value as i128,
                    Self::Short(value) => *value as i128,
                    Self::Int(value) => *value as i128,
                    Self::Long(value) => *value as i128,
                    _ => return None,
                })
            }

            /// Returns whether this is the key of a map that is looked for.
            fn is_key(&self, key: ValueKey<'_>) -> bool {
                match key {
                    ValueKey::Name(name) => self.as_str() == Some(name),
                    ValueKey::Index(index) => {
                        self.as_u64().is_some_and(|key| usize::try_from(key) == Ok(index))
                    }
                }
            }
        }
    };
}

access!([], Value);
access!(['a], ValueRef<'a>);

/// Converts an integer if a double can represent it.
#[expect(clippy::cast_precision_loss, reason = "compared with the integer")]
#[expect(clippy::cast_possible_truncation, reason = "no integer of AMQP exceeds an `i128`")]
fn exact(integer: i128) -> Option<f64> {
    let double = integer as f64;
    (double as i128 == integer).then_some(double)
}

impl Value {
    /// Returns the value of a key of a map, or an item of a list or array: see [`ValueKey`]. Keys of other
    /// types are found by [`Map::get`](crate::Map::get).
    ///
    /// ```
    /// use amqp_types::{Map, Symbol, Value};
    ///
    /// let key = Symbol::from_static("sizes");
    /// let value = Value::from(Map::from([(key.into(), vec![3u8.into(), 4i64.into()].into())]));
    /// assert_eq!(value.get("sizes").and_then(|sizes| sizes.get(1)), Some(&Value::Long(4)));
    /// assert_eq!(value["sizes"][0].as_i64(), Some(3));
    /// assert_eq!(value.get("weight"), None);
    /// ```
    #[must_use]
    pub fn get<'k>(&self, key: impl Into<ValueKey<'k>>) -> Option<&Self> {
        match (self, key.into()) {
            (Self::Map(map), key) => {
                map.iter().find(|(own, _)| own.is_key(key)).map(|(_, value)| value)
            }
            (Self::List(items), ValueKey::Index(index)) => items.get(index),
            (Self::Array(array), ValueKey::Index(index)) => array.items().get(index),
            _ => None,
        }
    }
}

impl ValueRef<'_> {
    /// Returns the value of a key of a map, or an item of a list or array, as [`Value::get`] does. It is found
    /// by decoding one after another.
    #[must_use]
    pub fn get<'k>(&self, key: impl Into<ValueKey<'k>>) -> Option<Self> {
        match (self, key.into()) {
            (Self::Map(map), key) => {
                map.iter().find(|(own, _)| own.is_key(key)).map(|(_, value)| value)
            }
            (Self::List(items), ValueKey::Index(index)) => items.get(index),
            (Self::Array(array), ValueKey::Index(index)) => array.iter().nth(index),
            _ => None,
        }
    }
}

macro_rules! index {
    ($($key:ty)*) => {$(
        /// # Panics
        ///
        /// Indexing panics if the value has nothing there. [`get`](Value::get) does not.
        impl Index<$key> for Value {
            type Output = Self;

            fn index(&self, key: $key) -> &Self {
                self.get(key).unwrap_or_else(|| panic!("the value has nothing at {key:?}"))
            }
        }
    )*};
}

index!(&str usize);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Decode;
    use crate::encode::Encode;
    use crate::primitive::{Map, Symbol};
    use crate::value::ArrayValue;
    use crate::{Primitive, Timestamp};

    /// Calls a function with a value and its borrowed form.
    fn both<T: PartialEq + core::fmt::Debug>(
        value: &Value,
        owned: impl Fn(&Value) -> T,
        borrowed: impl Fn(ValueRef<'_>) -> T,
    ) -> T {
        let octets = value.to_bytes().unwrap();
        let result = owned(value);
        assert_eq!(borrowed(ValueRef::from_bytes(&octets).unwrap()), result);
        result
    }

    #[test]
    fn integers_of_any_width() {
        let numbers = |value: Value| {
            let owned = |value: &Value| (value.as_i64(), value.as_u64(), value.as_f64());
            both(&value, owned, |value| (value.as_i64(), value.as_u64(), value.as_f64()))
        };
        for three in [
            Value::Ubyte(3),
            Value::Ushort(3),
            Value::Uint(3),
            Value::Ulong(3),
            Value::Byte(3),
            Value::Short(3),
            Value::Int(3),
            Value::Long(3),
        ] {
            assert_eq!(numbers(three), (Some(3), Some(3), Some(3.0)));
        }
        assert_eq!(numbers(Value::Byte(-1)), (Some(-1), None, Some(-1.0)));
        assert_eq!(numbers(Value::Long(i64::MIN)).0, Some(i64::MIN));
        assert_eq!(numbers(Value::Ulong(u64::MAX)), (None, Some(u64::MAX), None));
        let odd = i64::from(u32::MAX) << 22 | 1;
        assert_eq!(numbers(Value::Long(odd)), (Some(odd), u64::try_from(odd).ok(), None));
        assert_eq!(numbers(Value::Float(0.5)), (None, None, Some(0.5)));
        assert_eq!(numbers(Value::Double(0.1)), (None, None, Some(0.1)));
        for other in [Value::Null, Value::Boolean(true), Timestamp(3).into(), "3".into()] {
            assert_eq!(numbers(other), (None, None, None));
        }
    }

    #[test]
    fn texts_binaries_and_booleans() {
        let text = Value::Symbol(Symbol::from_static("a"));
        assert_eq!((text.as_str(), Value::from("b").as_str()), (Some("a"), Some("b")));
        assert_eq!((Value::Null.as_str(), text.as_bytes(), text.as_bool()), (None, None, None));
        assert_eq!(ValueRef::String("b").as_str(), Some("b"));
        assert_eq!(ValueRef::Binary(b"c").as_bytes(), Some(&b"c"[..]));
        assert_eq!(Value::Binary(b"c"[..].into()).as_bytes(), Some(&b"c"[..]));
        assert_eq!(Value::from(true).as_bool(), Some(true));
    }

    #[test]
    fn keys_and_items_are_found() {
        let map = Map::from([
            ("a".into(), Value::Ubyte(1)),
            (Symbol::from_static("b").into(), Value::Ubyte(2)),
            (Value::Long(7), Value::Ubyte(3)),
        ]);
        let array = ArrayValue::new(Primitive::Ubyte, vec![Value::Ubyte(4)]).unwrap();
        let value = Value::from(vec![map.into(), array.into(), Value::described(1u64, ())]);
        assert_eq!(
            [&value[0]["a"], &value[0]["b"], &value[0][7]].map(Value::as_i64),
            [Some(1), Some(2), Some(3)]
        );
        assert_eq!(value[1][0], Value::Ubyte(4));
        for path in [[0, 7], [0, 8], [1, 0], [1, 1], [2, 0], [3, 0]] {
            let owned = |value: &Value| value.get(path[0])?.get(path[1])?.as_i64();
            both(&value, owned, |value| value.get(path[0])?.get(path[1])?.as_i64());
        }
        let named = |name| {
            let owned = |value: &Value| value[0].get(name).and_then(Value::as_i64);
            both(&value, owned, |value| value.get(0)?.get(name)?.as_i64())
        };
        assert_eq!(["a", "b", "c"].map(named), [Some(1), Some(2), None]);
        assert_eq!(value.get("a"), None);
    }

    #[test]
    #[should_panic(expected = "the value has nothing at 0")]
    fn an_index_that_is_not_there_panics() {
        let _ = Value::Null[0];
    }
}

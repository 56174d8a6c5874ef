//! Macros that let a newtype be used like its content.

/// Implements `Deref` to the content for a newtype that borrows.
macro_rules! transparent_ref {
    ($type:ident($inner:ty)) => {
        impl<'a> core::ops::Deref for $type<'a> {
            type Target = $inner;

            #[inline]
            fn deref(&self) -> &$inner {
                &self.0
            }
        }
    };
}

/// Implements `Deref`, `DerefMut`, and conversions from and to the content for a newtype.
macro_rules! transparent {
    ($type:ident($inner:ty)) => {
        impl core::ops::Deref for $type {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl core::ops::DerefMut for $type {
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.0
            }
        }

        impl From<$inner> for $type {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }

        impl From<$type> for $inner {
            fn from(outer: $type) -> Self {
                outer.0
            }
        }
    };
}

/// Implements conversions from and to the number for a newtype of a `u32`.
macro_rules! number {
    ($type:ident) => {
        impl From<u32> for $type {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }

        impl From<$type> for u32 {
            fn from(outer: $type) -> Self {
                outer.0
            }
        }
    };
}

/// Implements what [`transparent`] does, and the traits of containers, for a newtype of a container.
macro_rules! container {
    ($type:ident($inner:ty)) => {
        $crate::transparent::transparent!($type($inner));

        impl IntoIterator for $type {
            type Item = <$inner as IntoIterator>::Item;
            type IntoIter = <$inner as IntoIterator>::IntoIter;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'c> IntoIterator for &'c $type {
            type Item = <&'c $inner as IntoIterator>::Item;
            type IntoIter = <&'c $inner as IntoIterator>::IntoIter;

            fn into_iter(self) -> Self::IntoIter {
                (&self.0).into_iter()
            }
        }

        impl<'c> IntoIterator for &'c mut $type {
            type Item = <&'c mut $inner as IntoIterator>::Item;
            type IntoIter = <&'c mut $inner as IntoIterator>::IntoIter;

            fn into_iter(self) -> Self::IntoIter {
                (&mut self.0).into_iter()
            }
        }

        impl<T> FromIterator<T> for $type
        where
            $inner: FromIterator<T>,
        {
            fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
                Self(items.into_iter().collect())
            }
        }

        impl<T, const N: usize> From<[T; N]> for $type
        where
            $inner: From<[T; N]>,
        {
            fn from(items: [T; N]) -> Self {
                Self(items.into())
            }
        }

        impl<T> Extend<T> for $type
        where
            $inner: Extend<T>,
        {
            fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
                self.0.extend(items);
            }
        }
    };
}

/// Implements what [`transparent_ref`] does, and `IntoIterator`, for a newtype of a container that borrows.
macro_rules! container_ref {
    ($type:ident($inner:ty)) => {
        $crate::transparent::transparent_ref!($type($inner));

        impl<'a> IntoIterator for $type<'a> {
            type Item = <$inner as IntoIterator>::Item;
            type IntoIter = <$inner as IntoIterator>::IntoIter;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'a> IntoIterator for &$type<'a> {
            type Item = <$inner as IntoIterator>::Item;
            type IntoIter = <$inner as IntoIterator>::IntoIter;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }
    };
}

pub(crate) use {container, container_ref, number, transparent, transparent_ref};

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use crate::messaging::{
        AmqpSequence, ApplicationProperties, ApplicationPropertiesRef, MessageAnnotations,
    };
    use crate::{Decode, Encode, Symbol, Value};

    #[test]
    fn newtypes_of_containers_are_containers() {
        let mut properties =
            ApplicationProperties::from([("a".into(), 1u8.into()), ("b".into(), "x".into())]);
        properties.extend([("c".into(), true.into())]);
        for (_, value) in &mut properties {
            *value = value.primitive().map_or("", |of| of.name()).into();
        }
        assert_eq!(properties["c"], "boolean".into());
        assert!((&properties).into_iter().map(|(key, _)| &**key).eq(["a", "b", "c"]));

        let octets = properties.to_bytes().unwrap();
        let borrowed = ApplicationPropertiesRef::from_bytes(&octets).unwrap();
        assert!(borrowed.keys().eq(["a", "b", "c"]) && borrowed.contains_key("b"));
        assert!((&borrowed).into_iter().eq(borrowed) && borrowed.values().eq(borrowed.values()));
        assert_eq!(properties.clone().into_iter().collect::<ApplicationProperties>(), properties);

        let entry = (Symbol::from_static("x-opt-a").into(), Value::from(7u8));
        let annotations = MessageAnnotations::from([entry.clone()]);
        assert!(annotations.into_iter().eq([entry]));
        let sequence = AmqpSequence::from([Value::Null, Value::from(1u8)]);
        assert_eq!(Vec::from(sequence.0), [Value::Null, Value::from(1u8)]);
    }
}

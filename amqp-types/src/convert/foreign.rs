//! Implements the codec traits for types of other crates.

/// Implements the codec traits for a `Copy` type of another crate, and its conversions into a
/// [`Value`](crate::Value) and a [`SimpleValue`](crate::messaging::SimpleValue).
///
/// `$own` is the type of this crate with the same encoding. `$read` converts an `$own` into the
/// other type, or returns the rule that the value violates.
macro_rules! foreign {
    ($type:ty, as $own:ident, $read:expr) => {
        impl $crate::Encode for $type {
            #[inline]
            fn encode(&self, writer: &mut $crate::Writer<'_>) {
                $crate::Encode::encode(&$crate::$own::from(*self), writer);
            }
        }

        impl $crate::ArrayItem for $type {
            const FORMATS: &'static [$crate::Format] = <$crate::$own as $crate::ArrayItem>::FORMATS;

            #[inline]
            fn encode_value(
                &self,
                format: $crate::Format,
                writer: &mut $crate::Writer<'_>,
            ) -> bool {
                $crate::ArrayItem::encode_value(&$crate::$own::from(*self), format, writer)
            }
        }

        impl<'a> $crate::Decode<'a> for $type {
            const ACCEPTS: &'static $crate::Accepts = <$crate::$own as $crate::Decode<'a>>::ACCEPTS;

            #[inline]
            fn decode_value(
                constructor: $crate::Constructor<'a>,
                reader: &mut $crate::Reader<'_, 'a>,
            ) -> Result<Self, $crate::Failed> {
                let octets = reader.remaining();
                let own = <$crate::$own as $crate::Decode<'a>>::decode_value(constructor, reader)?;
                let read: fn($crate::$own) -> Result<Self, &'static str> = $read;
                read(own)
                    .map_err(|rule| reader.error_in(octets, $crate::DecodeErrorKind::Invalid(rule)))
            }
        }

        impl $crate::Owned for $type {
            type Ref<'a> = Self;

            #[inline]
            fn from_ref(borrowed: Self) -> Self {
                borrowed
            }
        }

        impl From<$type> for $crate::Value {
            fn from(value: $type) -> Self {
                Self::$own(value.into())
            }
        }

        impl From<$type> for $crate::messaging::SimpleValue {
            fn from(value: $type) -> Self {
                $crate::$own::from(value).into()
            }
        }
    };
}

pub(super) use foreign;

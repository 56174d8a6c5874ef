//! What `uint`, `ulong`, `int` and `long` have in common: short encodings for small values, except in
//! arrays.

/// Implements the three traits for an integer that has an encoding of one octet in addition to the full
/// one.
macro_rules! integer {
    ($type:ty as $octet:ty, $full:ident, $small:ident $(, $zero:ident)?) => {
        impl Encode for $type {
            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                $(
                    if *self == 0 {
                        return writer.format(Format::$zero);
                    }
                )?
                match <$octet>::try_from(*self) {
                    Ok(small) => writer.fixed_width(Format::$small, small.to_be_bytes()),
                    Err(_) => writer.fixed_width(Format::$full, self.to_be_bytes()),
                }
            }
        }

        impl ArrayItem for $type {
            // RabbitMQ refuses arrays of the short encodings.
            const FORMATS: &'static [Format] = &[Format::$full];
            const BULK: Option<Bulk<Self>> =
                Some(bulk!(Self, Self::from_be_bytes, Self::to_be_bytes));

            #[inline]
            fn encode_value(&self, _: Format, writer: &mut Writer<'_>) -> bool {
                writer.octets(self.to_be_bytes());
                true
            }
        }

        impl<'de> Decode<'de> for $type {
            const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::$full);

            #[inline]
            fn decode_value(
                constructor: Constructor<'de>,
                reader: &mut Reader<'_, 'de>,
            ) -> Result<Self, Failed> {
                match constructor.format() {
                    _ if constructor.is_described() => {
                        Err(reader.unexpected(&constructor, Self::ACCEPTS))
                    }
                    Format::$full => Ok(Self::from_be_bytes(reader.octets()?)),
                    Format::$small => Ok(Self::from(<$octet>::from_be_bytes(reader.octets()?))),
                    $(Format::$zero => Ok(0),)?
                    _ => Err(reader.unexpected(&constructor, Self::ACCEPTS)),
                }
            }

            #[inline]
            fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
                Self::decode_common(reader)
            }

            fn decode_items(
                constructor: Constructor<'de>,
                count: usize,
                reader: &mut Reader<'_, 'de>,
            ) -> Result<alloc::vec::Vec<Self>, Failed> {
                match constructor.format() {
                    _ if constructor.is_described() => {
                        Err(reader.unexpected(&constructor, Self::ACCEPTS))
                    }
                    Format::$full => {
                        let full = bulk!(Self, Self::from_be_bytes, Self::to_be_bytes);
                        reader.bulk(count, &full)
                    }
                    _ => {
                        let mut items = reader.vec_with_capacity(count)?;
                        for _ in 0..count {
                            items.push(Self::decode_value(constructor, reader)?);
                        }
                        Ok(items)
                    }
                }
            }
        }

        impl<'de> Common<'de> for $type {
            #[inline]
            fn split_common(input: &'de [u8]) -> Option<(Self, &'de [u8])> {
                const SMALL: u8 = Format::$small.code();
                const FULL: u8 = Format::$full.code();
                const LEN: usize = 1 + size_of::<$type>();
                if let Some(([FULL, data @ ..], remaining)) = input.split_first_chunk::<LEN>() {
                    return Some((Self::from_be_bytes(*data), remaining));
                }
                match input {
                    [SMALL, octet, remaining @ ..] => {
                        Some((Self::from(<$octet>::from_be_bytes([*octet])), remaining))
                    }
                    $([code, remaining @ ..] if *code == Format::$zero.code() => {
                        Some((0, remaining))
                    })?
                    _ => None,
                }
            }
        }
    };
}

pub(super) use integer;

//! What `uint`, `ulong`, `int` and `long` have in common: short encodings for small values.

/// The three traits for an integer with an encoding of one octet beside the full one.
macro_rules! integer {
    ($type:ty as $octet:ty, $full:ident, $small:ident $(, $zero:ident)?) => {
        impl Encode for $type {
            const MAX_LEN: Option<usize> = Some(1 + size_of::<Self>());

            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                $(if *self == 0 {
                    return writer.format(Format::$zero);
                })?
                match <$octet>::try_from(*self) {
                    Ok(small) => {
                        let [octet] = small.to_be_bytes();
                        writer.octets([Format::$small.code(), octet]);
                    }
                    Err(_) => writer.fixed_width(Format::$full, self.to_be_bytes()),
                }
            }

            #[inline]
            fn put(&self, rest: &mut Rest<'_>) -> bool {
                match <$octet>::try_from(*self) {
                    $(Ok(0) => rest.octets([Format::$zero.code()]),)?
                    Ok(small) => {
                        let [octet] = small.to_be_bytes();
                        rest.octets([Format::$small.code(), octet])
                    }
                    Err(_) => rest.fixed_width(Format::$full, self.to_be_bytes()),
                }
            }
        }

        impl ArrayItem for $type {
            // Not the one for zero: its items take no octets, and arrays of those are refused by
            // careful peers for what they can be made to claim.
            const FORMATS: &'static [Format] = &[Format::$small, Format::$full];

            #[inline]
            fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                if format == Format::$full {
                    writer.octets(self.to_be_bytes());
                    return true;
                }
                <$octet>::try_from(*self).map(|small| writer.octets(small.to_be_bytes())).is_ok()
            }

            #[inline]
            fn encode_items(items: &[Self], format: Format, writer: &mut Writer<'_>) -> bool {
                if format == Format::$full {
                    writer.items(items, Self::to_be_bytes);
                    return true;
                }
                items.iter().all(|item| item.encode_data(format, writer))
            }
        }

        impl<'a> Decode<'a> for $type {
            const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::$full);

            #[inline]
            fn decode_data(
                constructor: Constructor<'a>,
                reader: &mut Reader<'a>,
            ) -> Result<Self, Failed> {
                match constructor.format() {
                    _ if constructor.is_described() => {
                        Err(reader.unexpected(&constructor, Self::ACCEPTS))
                    }
                    Format::$small => Ok(Self::from(<$octet>::from_be_bytes(reader.octets()?))),
                    $(Format::$zero => Ok(0),)?
                    Format::$full => Ok(Self::from_be_bytes(reader.octets()?)),
                    _ => Err(reader.unexpected(&constructor, Self::ACCEPTS)),
                }
            }

            #[inline]
            fn glance(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
                const SMALL: u8 = Format::$small.code();
                const FULL: u8 = Format::$full.code();
                const LEN: usize = 1 + size_of::<$type>();
                if let Some(([FULL, data @ ..], rest)) = octets.split_first_chunk::<LEN>() {
                    return Some((Self::from_be_bytes(*data), rest));
                }
                match octets {
                    [SMALL, octet, rest @ ..] => {
                        Some((Self::from(<$octet>::from_be_bytes([*octet])), rest))
                    }
                    $([code, rest @ ..] if *code == Format::$zero.code() => Some((0, rest)),)?
                    _ => None,
                }
            }

            #[inline]
            fn glance_small(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
                // How many octets are left comes back in a register, as the value does.
                #[inline(never)]
                fn glance(octets: &[u8]) -> ($type, usize) {
                    match <$type>::glance(octets) {
                        Some((value, rest)) => (value, rest.len()),
                        // More than there are.
                        None => (0, usize::MAX),
                    }
                }
                let (value, left) = glance(octets);
                let len = octets.len().checked_sub(left)?;
                Some((value, octets.get(len..)?))
            }

            fn decode_items(
                constructor: Constructor<'a>,
                count: usize,
                reader: &mut Reader<'a>,
            ) -> Result<Vec<Self>, Failed> {
                match constructor.format() {
                    _ if constructor.is_described() => {}
                    Format::$full => {
                        let octets = reader.take(count.saturating_mul(size_of::<Self>()))?;
                        reader.charge_octets(octets.len())?;
                        let (items, _) = octets.as_chunks();
                        return Ok($crate::bulk::read(items, Self::from_be_bytes));
                    }
                    Format::$small => {
                        let (items, _) = reader.take(count)?.as_chunks();
                        reader.charge_octets(count.saturating_mul(size_of::<Self>()))?;
                        let item = |data| Self::from(<$octet>::from_be_bytes(data));
                        return Ok($crate::bulk::read(items, item));
                    }
                    _ => {}
                }
                $crate::codec::decode_each(constructor, count, reader)
            }

            fn check_items(
                constructor: Constructor<'a>,
                count: usize,
                reader: &mut Reader<'a>,
            ) -> Result<(), Failed> {
                if constructor.format() == Format::$full && !constructor.is_described() {
                    return reader.take(count.saturating_mul(size_of::<Self>())).map(drop);
                }
                (0..count).try_for_each(|_| Self::decode_data(constructor, reader).map(drop))
            }

            #[inline]
            fn hand_items<B>(
                constructor: Constructor<'a>,
                count: usize,
                octets: &'a [u8],
                init: B,
                each: impl FnMut(B, Self) -> B,
            ) -> B {
                match constructor.format() {
                    Format::$full => $crate::bulk::fold(octets, Self::from_be_bytes, init, each),
                    Format::$small => {
                        let small = |octet| Self::from(<$octet>::from_be_bytes(octet));
                        $crate::bulk::fold(octets, small, init, each)
                    }
                    _ => core::iter::repeat_n(0, count).fold(init, each),
                }
            }
        }
    };
}

pub(super) use integer;

#[cfg(test)]
mod tests {
    use core::fmt::Debug;

    use crate::codec::Decode;
    use crate::testing::hex;

    fn sees_the_same<T: for<'a> Decode<'a> + Debug + PartialEq>() {
        for code in 0..=u8::MAX {
            let octets = [&[code][..], &hex("81 02 03 04 05 06 07 08 09")].concat();
            for len in 0..=octets.len() {
                let octets = &octets[..len];
                assert_eq!(T::glance_small(octets), T::glance(octets), "{octets:02x?}");
            }
        }
    }

    #[test]
    fn in_less_code_the_same_is_seen() {
        sees_the_same::<u32>();
        sees_the_same::<u64>();
        sees_the_same::<i32>();
        sees_the_same::<i64>();
        sees_the_same::<Option<u32>>();
    }
}

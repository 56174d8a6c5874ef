//! Finds content for which encoding a decoded value may have a different result.

use amqp_types::{Category, Constructor, Decoder, Format, Primitive, Reader};

use super::types::COMPOSITES;

/// Greater than the maximum depth of a decode.
const DEEP: u32 = 256;

#[derive(Debug, Default)]
pub(super) struct Outline {
    /// An array has items that are numbers in a short encoding, or that take no octets. They are encoded in full
    /// width.
    pub(super) short_items: bool,
    /// A composite has more fields than its type.
    pub(super) unknown_fields: bool,
}

impl Outline {
    /// Examines one value, as far as it is well-formed.
    pub(super) fn of(octets: &[u8]) -> Self {
        let mut outline = Self::default();
        let _ = Decoder::new(octets).read(|reader| Ok(outline.value(reader, 0)));
        outline
    }

    /// Returns whether another value may come after this one.
    fn value(&mut self, reader: &mut Reader<'_, '_>, depth: u32) -> bool {
        let Ok(constructor) = reader.constructor() else {
            return false;
        };
        self.descriptors(constructor, depth);
        self.data(constructor, reader, depth)
    }

    fn descriptors(&mut self, mut constructor: Constructor<'_>, depth: u32) {
        while constructor.is_described() && depth < DEEP {
            let _ = Decoder::new(constructor.descriptor_octets())
                .read(|reader| Ok(self.value(reader, depth + 1)));
            constructor = constructor.inner();
        }
    }

    fn data(
        &mut self,
        constructor: Constructor<'_>,
        reader: &mut Reader<'_, '_>,
        depth: u32,
    ) -> bool {
        let format = constructor.format();
        let Ok(data) = reader.variable(format) else {
            return false;
        };
        let (Category::Compound(width) | Category::Array(width)) = format.category() else {
            return true;
        };
        if depth >= DEEP {
            return false;
        }
        let Some((count, items)) = data.split_at_checked(width.into()) else {
            return false;
        };
        let count = count.iter().fold(0, |count, octet| count << 8 | usize::from(*octet));
        let all =
            Decoder::new(items).read(|items| Ok(self.items(constructor, count, items, depth)));
        all.unwrap_or(false)
    }

    /// Examines the items of a list, map or array.
    fn items(
        &mut self,
        constructor: Constructor<'_>,
        count: usize,
        items: &mut Reader<'_, '_>,
        depth: u32,
    ) -> bool {
        if constructor.format().primitive() != Primitive::Array {
            self.unknown_fields |= constructor.descriptor().is_some_and(|descriptor| {
                COMPOSITES.iter().any(|it| it.descriptor.matches(descriptor) && count > it.fields)
            });
            return (0..count).all(|_| self.value(items, depth + 1));
        }
        let Ok(constructor) = items.constructor() else {
            return false;
        };
        self.descriptors(constructor, depth);
        self.short_items |= count > 0 && is_short(constructor.format());
        if constructor.format().category() == Category::Fixed(0) {
            return true;
        }
        (0..count).all(|_| self.data(constructor, items, depth + 1))
    }
}

fn is_short(format: Format) -> bool {
    use Format::{SmallInt, SmallLong, SmallUint, SmallUlong};
    format.category() == Category::Fixed(0)
        || [SmallUint, SmallUlong, SmallInt, SmallLong].contains(&format)
}

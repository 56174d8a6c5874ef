//! Described values, owned and borrowed (section 1.2).
//!
//! A descriptor is a value, which may be described itself, and where it ends is known only after reading it.
//! So chains of descriptors are read in one walk wherever that is possible.

use core::cmp::Ordering;
use core::fmt;

use super::{Value, ValueRef};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::Encode;
use crate::error::Failed;
use crate::reader::Reader;
use crate::view::{Owned, into_owned};
use crate::writer::Writer;

/// A value and its descriptor (section 1.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DescribedValue {
    /// The descriptor: a symbol or a ulong by the standard, but any value is accepted.
    pub descriptor: Value,
    /// The value without its descriptor.
    pub value: Value,
}

/// A [`DescribedValue`] that borrows.
#[derive(Clone, Copy)]
pub struct DescribedValueRef<'a> {
    /// The octets from the descriptor to the end of the value's data.
    octets: &'a [u8],
    /// The position of the data in the octets, if it is not right after the constructor: in an array
    /// the constructor is before the data of all items. It is 0 otherwise.
    data: u32,
}

/// Reads the descriptor, then the value that it describes, one level deeper. The octet before the
/// descriptor has been read.
fn both<'de, T: Decode<'de>>(reader: &mut Reader<'_, 'de>) -> Result<(T, T), Failed> {
    reader.enter()?;
    let both = (T::decode(reader)?, T::decode(reader)?);
    reader.leave();
    Ok(both)
}

/// The longest descriptor that the items of an array decode again without being charged for it.
const SHORT: usize = 16;

/// Reads what [`both`] reads, after a constructor that has been read.
fn both_after<'de, T: Decode<'de>>(
    constructor: Constructor<'de>,
    reader: &mut Reader<'_, 'de>,
) -> Result<(T, T), Failed> {
    if let Some(descriptor) = constructor.descriptor_onwards(reader.remaining()) {
        reader.set_remaining(descriptor);
        return both(reader);
    }
    // The data of an item of an array is not right after the constructor. Each item decodes the
    // descriptor that all of them share, so that a long one is charged for each.
    let descriptor = constructor.descriptor_octets();
    if descriptor.len() > SHORT {
        reader.charge_octets(descriptor.len())?;
    }
    reader.charge_work(constructor.work_for_an_item())?;
    reader.enter()?;
    let descriptor = T::decode(&mut reader.at(descriptor))?;
    let value = T::decode_value(constructor.inner(), reader)?;
    reader.leave();
    Ok((descriptor, value))
}

impl<'de> Decode<'de> for DescribedValue {
    const ACCEPTS: &'static Accepts = &Accepts::any_described();

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !constructor.is_described() {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let (descriptor, value) = both_after(constructor, reader)?;
        Ok(Self { descriptor, value })
    }

    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        let [0, remaining @ ..] = reader.remaining() else {
            return reader.decode_slow();
        };
        reader.set_remaining(remaining);
        let (descriptor, value) = both(reader)?;
        Ok(Self { descriptor, value })
    }
}

impl Encode for DescribedValue {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.octet(0);
        self.descriptor.encode(writer);
        self.value.encode(writer);
    }
}

impl<'de: 'b, 'b> Decode<'de> for DescribedValueRef<'b> {
    const ACCEPTS: &'static Accepts = &Accepts::any_described();

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !constructor.is_described() {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let data_at = reader.remaining();
        if reader.is_trusted() {
            reader.skip_value(constructor)?;
        } else {
            both_after::<ValueRef<'de>>(constructor, reader)?;
        }
        let octets = constructor.described_until(reader.remaining());
        let data = match constructor.descriptor_onwards(data_at) {
            Some(_) => 0,
            None => octets.len().saturating_sub(data_at.len() - reader.remaining().len()),
        };
        // No array is larger than its size can say.
        Ok(Self { octets, data: u32::try_from(data).unwrap_or_default() })
    }

    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        let start = reader.remaining();
        let [0, descriptor @ ..] = start else {
            return reader.decode_slow();
        };
        if reader.is_trusted() {
            reader.skip()?;
        } else {
            reader.set_remaining(descriptor);
            both::<ValueRef<'de>>(reader)?;
        }
        let octets = reader.taken_since(start).get(1..).unwrap_or_default();
        Ok(Self { octets, data: 0 })
    }
}

impl<'a> DescribedValueRef<'a> {
    /// Returns the descriptor: a symbol or a ulong by the standard, but any value is accepted.
    #[must_use]
    pub fn descriptor(&self) -> ValueRef<'a> {
        match self.octets {
            // The end need not be found, because every reader of a described value stops there.
            [0, octets @ ..] => ValueRef::Described(Self { octets, data: 0 }),
            octets => ValueRef::decode(&mut Reader::trusted(octets)).unwrap_or_default(),
        }
    }

    /// Returns the value without its descriptor.
    #[must_use]
    pub fn value(&self) -> ValueRef<'a> {
        self.try_value().unwrap_or_default()
    }

    fn try_value(&self) -> Result<ValueRef<'a>, Failed> {
        let mut reader = Reader::trusted(self.octets);
        reader.skip()?;
        match (self.data, reader.remaining()) {
            // The end need not be found, because nothing comes after the value.
            (0, [0, octets @ ..]) => Ok(ValueRef::Described(Self { octets, data: 0 })),
            (0, _) => ValueRef::decode(&mut reader),
            (data, _) => {
                let constructor = reader.constructor()?;
                let data = self.octets.get(data as usize..).unwrap_or_default();
                ValueRef::decode_value(constructor, &mut Reader::trusted(data))
            }
        }
    }
}

impl Encode for DescribedValueRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.octet(0);
        if self.data == 0 {
            let mut reader = Reader::trusted(self.octets);
            encode_next(&mut reader, writer);
            encode_next(&mut reader, writer);
        } else {
            self.descriptor().encode(writer);
            self.value().encode(writer);
        }
    }
}

/// Encodes the next value of octets that have been validated.
fn encode_next(reader: &mut Reader<'_, '_>, writer: &mut Writer<'_>) {
    if let [0, descriptor @ ..] = reader.remaining() {
        reader.set_remaining(descriptor);
        writer.octet(0);
        encode_next(reader, writer);
        encode_next(reader, writer);
    } else {
        ValueRef::decode(reader).unwrap_or_default().encode(writer);
    }
}

/// Compares the next values of octets that have been validated.
fn compare_next(a: &mut Reader<'_, '_>, b: &mut Reader<'_, '_>) -> Ordering {
    if let ([0, own @ ..], [0, other @ ..]) = (a.remaining(), b.remaining()) {
        a.set_remaining(own);
        b.set_remaining(other);
        return compare_next(a, b).then_with(|| compare_next(a, b));
    }
    // Described values come last.
    match (a.remaining(), b.remaining()) {
        ([0, ..], _) => Ordering::Greater,
        (_, [0, ..]) => Ordering::Less,
        _ => ValueRef::decode(a).unwrap_or_default().cmp(&ValueRef::decode(b).unwrap_or_default()),
    }
}

impl Ord for DescribedValueRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.data == 0 && other.data == 0 {
            let (mut a, mut b) = (Reader::trusted(self.octets), Reader::trusted(other.octets));
            return compare_next(&mut a, &mut b).then_with(|| compare_next(&mut a, &mut b));
        }
        let descriptors = self.descriptor().cmp(&other.descriptor());
        descriptors.then_with(|| self.value().cmp(&other.value()))
    }
}

impl PartialOrd for DescribedValueRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for DescribedValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for DescribedValueRef<'_> {}

impl fmt::Debug for DescribedValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DescribedValueRef")
            .field("descriptor", &self.descriptor())
            .field("value", &self.value())
            .finish()
    }
}

impl Owned for DescribedValue {
    type Ref<'a> = DescribedValueRef<'a>;

    fn from_ref(borrowed: DescribedValueRef<'_>) -> Self {
        if borrowed.data == 0
            && let Ok((descriptor, value)) = both(&mut Reader::trusted(borrowed.octets))
        {
            return Self { descriptor, value };
        }
        Self {
            descriptor: Value::from_ref(borrowed.descriptor()),
            value: Value::from_ref(borrowed.value()),
        }
    }
}

into_owned!(DescribedValueRef -> DescribedValue);

//! Composites: the fields of lists by position, and those of maps by name. The derives use this module, and
//! so can an `Encode` or `Decode` written by hand.

mod list;
mod map;

pub use list::{ListReader, ListWriter};
pub use map::{MapReader, MapWriter};

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::error::Failed;
pub use crate::error::{FieldAt, FieldNames};
use crate::format::{Format, Primitive};
use crate::reader::Reader;

/// Returns the format of a composite's data, after its descriptor if it has one.
///
/// # Errors
///
/// Fails if the constructor is not accepted, or what it describes is not of this primitive type.
#[inline]
fn format_of<'de>(
    constructor: Constructor<'de>,
    accepts: &'static Accepts,
    primitive: Primitive,
    reader: &mut Reader<'_, 'de>,
) -> Result<Format, Failed> {
    const LIST: &Accepts = &Accepts::primitive(Primitive::List);
    const MAP: &Accepts = &Accepts::primitive(Primitive::Map);
    if !accepts.contains(&constructor) {
        return Err(reader.unexpected(&constructor, accepts));
    }
    let format = constructor.format();
    if format.primitive() == primitive && !constructor.is_nested() {
        return Ok(format);
    }
    // The descriptor is right, so the fault is after it.
    let expected = if primitive == Primitive::List { LIST } else { MAP };
    Err(reader.unexpected(&constructor.inner(), expected))
}

/// Decodes a value with a function. If it is null, `null` returns the value, or `None` if null is not allowed.
#[inline]
fn value_or_null<'de, T>(
    reader: &mut Reader<'_, 'de>,
    null: impl FnOnce() -> Option<T>,
    decode: impl FnOnce(Constructor<'de>, &mut Reader<'_, 'de>) -> Result<T, Failed>,
) -> Result<Option<T>, Failed> {
    let constructor = reader.constructor()?;
    if constructor.is_null() { Ok(null()) } else { decode(constructor, reader).map(Some) }
}

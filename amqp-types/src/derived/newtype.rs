//! Newtypes: a descriptor before another type, or a rule on top of one.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::descriptor::Descriptor;
use crate::error::Failed;
use crate::format::Format;
use crate::reader::Reader;

/// Reads a value with a descriptor of its own: `inner` reads what is behind that.
///
/// # Errors
///
/// If there is another descriptor or none; what `inner` finds wrong.
#[inline]
pub fn described<'a, T>(
    constructor: Constructor<'a>,
    accepts: &'static Accepts,
    reader: &mut Reader<'a>,
    inner: impl FnOnce(Constructor<'a>, &mut Reader<'a>) -> Result<T, Failed>,
) -> Result<T, Failed> {
    if !accepts.admits(&constructor) {
        return Err(reader.unexpected(&constructor, accepts));
    }
    reader.descend()?;
    let value = inner(constructor.inner(), reader)?;
    reader.ascend();
    Ok(value)
}

/// Reads the data of a `T` by a function in place of `T` itself.
///
/// # Errors
///
/// What the function finds wrong.
#[inline]
pub fn read_with<'a, T>(
    function: impl FnOnce(Constructor<'a>, &mut Reader<'a>) -> Result<T, Failed>,
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
) -> Result<T, Failed> {
    function(constructor, reader)
}

/// Steps behind a descriptor, if it stands there as it is written nearly always, and what it
/// describes is not described once more. Who steps in ascends again.
#[inline]
pub fn behind_descriptor(descriptor: &Descriptor, reader: &mut Reader<'_>) -> bool {
    let Some(rest @ [code, ..]) = descriptor.written_before(reader.rest()) else {
        return false;
    };
    if Format::from_code(*code).is_none() || reader.descend().is_err() {
        return false;
    }
    reader.go_to(rest);
    true
}

//! Newtypes: a descriptor before another type, or a rule on top of one.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::error::Failed;
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

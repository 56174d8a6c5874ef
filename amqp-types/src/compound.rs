//! Walking lists and maps, for composites: what the derives' output calls, and what an `Encode` or
//! `Decode` written by hand for a struct can call.

mod list;
mod map;
mod open;

pub use list::{ListReader, ListWriter};
pub(crate) use map::enter_map;
pub use map::{MapReader, MapWriter};
pub(crate) use open::{ARRAY, LIST, MAP, OpenCompound};

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::error::Failed;
pub use crate::error::{FieldAt, FieldNames};
use crate::format::Format;
use crate::reader::Reader;

/// The format behind the descriptor, if there is one; it must be of this type, and not be described
/// once more.
#[inline]
fn undescribed<'a>(
    constructor: &Constructor<'a>,
    expected: &'static Accepts,
    reader: &mut Reader<'a>,
) -> Result<Format, Failed> {
    let data = Constructor::primitive(constructor.format());
    if expected.admits(&data) && !constructor.is_nested() {
        return Ok(constructor.format());
    }
    // The descriptor was right, so the fault is behind it.
    let inner = if constructor.is_nested() { constructor.inner() } else { data };
    Err(reader.unexpected(&inner, expected))
}

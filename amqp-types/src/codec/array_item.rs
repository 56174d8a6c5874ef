//! Writing the items of arrays.

use super::Encode;
use crate::format::Format;
use crate::writer::Writer;

/// A type whose values can stand in an array, where all share one constructor (section 1.6.24).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an item of an AMQP array",
    label = "not known to be written behind one constructor",
    note = "items of an array share one constructor, so `Option<T>`, unions and `Value` cannot be \
            items; `List<T>` takes any type",
    note = "on a type of your own, derive `Composite` or `Restricted`"
)]
pub trait ArrayItem: Encode + Sized {
    /// The formats that an array of these items can use, the most compact first. The last one fits
    /// every value.
    const FORMATS: &'static [Format];

    /// Writes the constructor that the items share: the format code, and the type's descriptor
    /// before it if it has one.
    #[inline]
    fn encode_constructor(format: Format, writer: &mut Writer<'_>) {
        writer.format(format);
    }

    /// Writes the data of one item in one of [`FORMATS`](Self::FORMATS), and says whether it fits
    /// in there. What was written of an item that does not fit is taken back.
    #[must_use]
    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool;

    /// Writes the data of all items in one of the formats, and says whether all fit in there.
    #[must_use]
    #[inline]
    fn encode_items(items: &[Self], format: Format, writer: &mut Writer<'_>) -> bool {
        items.iter().all(|item| item.encode_data(format, writer))
    }
}

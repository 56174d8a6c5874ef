//! Borrowed forms: views of lists, maps and arrays, which decode their items as they are read.

mod array;
mod distinct;
mod items;
mod list;
mod map;
mod multiple;
mod owned;

pub use array::{ArrayItems, ArrayRef};
pub(crate) use distinct::ShortKeys;
pub use items::ViewItems;
pub(crate) use items::{Data, Entries, Values};
pub use list::{ListItems, ListRef};
pub use map::{MapEntries, MapRef};
pub use multiple::{MandatoryMultipleRef, MultipleItems, MultipleRef};
pub use owned::Owned;
pub(crate) use owned::into_owned;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod work_tests;

//! The models of items, after every mistake in them has been found.

mod choices;
mod composite;
mod layout;
mod message;
mod newtype;
mod one_of;

pub(crate) use choices::{Choice, Choices, Kind, Other};
pub(crate) use composite::{Composite, Field, Presence, Source};
pub(crate) use layout::Layout;
pub(crate) use message::{Message, PROPERTIES, Part, Role, SECTIONS};
pub(crate) use newtype::Newtype;
pub(crate) use one_of::{OneOf, Variant};

use syn::{DataEnum, DeriveInput};

use crate::faults::Faults;

/// Returns an enum, whose lack of variants is a mistake.
fn variants<'i>(input: &'i DeriveInput, data: &'i DataEnum, faults: &mut Faults) -> &'i DataEnum {
    if data.variants.is_empty() {
        faults.at(&input.ident, "an enum without variants has no values to encode");
    }
    data
}

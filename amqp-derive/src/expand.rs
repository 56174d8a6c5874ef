//! From an item to its impls: the item is read into a model, and the model is expanded.

mod choices;
mod composite;
mod layout;
mod message;
mod newtype;
mod one_of;

use std::iter;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, LitStr};

use crate::borrowed::Borrowed;
use crate::fallback;
use crate::faults::Faults;
use crate::item::{self, Item};
use crate::model;

/// Runs a derive. An item with mistakes gets the errors, and impls that are never called, so that uses of
/// the type cause no further errors.
pub(crate) fn derive(
    input: TokenStream,
    expand: fn(&DeriveInput, &mut Faults) -> (TokenStream, TokenStream),
) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(fault) => return fault.into_compile_error(),
    };
    let mut faults = Faults::default();
    let (impls, fallback) = expand(&input, &mut faults);
    match faults.compile_errors() {
        None => impls,
        Some(mut output) => {
            output.extend(fallback);
            output
        }
    }
}

pub(crate) fn layout(input: &DeriveInput, faults: &mut Faults) -> (TokenStream, TokenStream) {
    let model = model::Layout::read(input, faults);
    (layout::expand(&model), fallback::layout(&model.item))
}

pub(crate) fn composite(input: &DeriveInput, faults: &mut Faults) -> (TokenStream, TokenStream) {
    let model = model::Composite::read(input, faults);
    let impls = (composite::expand(&model), fallback::item_of_array(&model.item));
    with(model.borrowed, impls)
}

pub(crate) fn message(input: &DeriveInput, faults: &mut Faults) -> (TokenStream, TokenStream) {
    let model = model::Message::read(input, faults);
    (message::expand(&model), fallback::message(&model.item))
}

pub(crate) fn one_of(input: &DeriveInput, faults: &mut Faults) -> (TokenStream, TokenStream) {
    let model = model::OneOf::read(input, faults);
    let impls = (one_of::expand(&model), fallback::value(&model.item));
    with(model.borrowed, impls)
}

pub(crate) fn restricted(input: &DeriveInput, faults: &mut Faults) -> (TokenStream, TokenStream) {
    let nothing = (TokenStream::new(), Item::new(input), None);
    let (impls, item, borrowed) = match &input.data {
        Data::Struct(data) => match model::Newtype::read(input, data, faults) {
            Some(model) => (newtype::expand(&model), model.item, model.borrowed),
            None => nothing,
        },
        Data::Enum(data) => match model::Choices::read(input, data, faults) {
            Some(model) => (choices::expand(&model), model.item, model.borrowed),
            None => nothing,
        },
        Data::Union(data) => {
            let why = "`Restricted` is for tuple structs with one field and for enums without data";
            faults.at(data.union_token, why);
            nothing
        }
    };
    with(borrowed, (impls, fallback::item_of_array(&item)))
}

/// Returns the names of a type and of its fields for errors: one text, separated by NULs. A NUL in a name is
/// written as `\0`.
fn names<'n>(
    item: &Item<'_>,
    of: &'n LitStr,
    fields: impl Iterator<Item = &'n LitStr>,
) -> TokenStream {
    let krate = &item.krate;
    let names = iter::once(of).chain(fields).map(|name| name.value().replace('\0', "\\0"));
    let names = names.collect::<Vec<_>>().join("\0");
    item::tokens!(&#krate::compound::FieldNames::new(#names))
}

/// Adds the borrowed form, if there is one, to the impls and to those for an item with mistakes.
fn with(
    borrowed: Option<Borrowed>,
    (mut impls, mut fallback): (TokenStream, TokenStream),
) -> (TokenStream, TokenStream) {
    if let Some(borrowed) = borrowed {
        impls.extend(borrowed.output);
        fallback.extend(borrowed.fallback);
    }
    (impls, fallback)
}

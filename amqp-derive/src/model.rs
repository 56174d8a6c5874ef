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

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{DataEnum, DeriveInput, GenericArgument, PathArguments, Type};

use crate::faults::Faults;

/// Returns an enum, whose lack of variants is a mistake.
fn variants<'i>(input: &'i DeriveInput, data: &'i DataEnum, faults: &mut Faults) -> &'i DataEnum {
    if data.variants.is_empty() {
        faults.at(&input.ident, "an enum without variants has no values to encode");
    }
    data
}

/// Returns the type inside an `Option`, if the type is one.
fn inside_option(ty: &Type) -> Option<&Type> {
    inside(ty, "Option")
}

/// Returns the type inside a `Box<...>` or the like, by any path.
pub(crate) fn inside<'t>(ty: &'t Type, outer: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == outer => {
            match arguments.args.first()? {
                GenericArgument::Type(inside) => Some(inside),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Refuses `&'static str` and `&'static [u8]` anywhere in a type that is decoded. They would borrow from
/// static input, and the compiler would report that at the derive as a whole.
fn refuse_static(ty: &Type, faults: &mut Faults) {
    refuse_static_in(ty.to_token_stream(), faults);
}

fn refuse_static_in(tokens: TokenStream, faults: &mut Faults) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for part in tokens.windows(4) {
        let [TokenTree::Punct(and), TokenTree::Punct(quote), TokenTree::Ident(lifetime), what] =
            part
        else {
            continue;
        };
        let borrowed = match what {
            TokenTree::Ident(ident) => ident == "str",
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Bracket && group.stream().to_string() == "u8"
            }
            _ => false,
        };
        if and.as_char() == '&' && lifetime == "static" && borrowed {
            let why = "a borrowed value lives as long as the input: give the type a lifetime, and \
                       use it here";
            let lifetime: TokenStream =
                [TokenTree::Punct(quote.clone()), lifetime.clone().into()].into_iter().collect();
            faults.at(lifetime, why);
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            refuse_static_in(group.stream(), faults);
        }
    }
}

//! Conversions between a struct and a message: a line for each field, in each direction, of what
//! is given away and of what is lent.

use std::iter;

use proc_macro2::{Span, TokenStream};
use syn::{Ident, Type};

use crate::item::tokens;
use crate::model::{Message, Part, Role};

/// Whether what is converted is used up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Value,
    Reference,
}

pub(crate) fn expand(model: &Message<'_>) -> TokenStream {
    let mut output = write(model, By::Value);
    output.extend(write(model, By::Reference));
    output.extend(read(model, By::Value));
    output.extend(read(model, By::Reference));
    output
}

impl By {
    /// A type, and the parameters that an impl needs for it.
    fn apply(self, ty: &TokenStream) -> (TokenStream, Vec<TokenStream>) {
        match self {
            Self::Value => (ty.clone(), Vec::new()),
            Self::Reference => (tokens!(&'__message #ty), vec![tokens!('__message)]),
        }
    }
}

/// `From` the struct, for a message.
fn write(model: &Message<'_>, by: By) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let (from, parameters) = by.apply(&item.own_type());
    let mut lines = parts(model).map(|part| write_part(model, part, by)).peekable();
    let empty = lines.peek().is_none();
    let (value, mutable) =
        if empty { (tokens!(_), None) } else { (tokens!(value), Some(tokens!(mut))) };
    let body = tokens! {
        fn from(#value: #from) -> Self {
            let #mutable fields = <#krate::derived::MessageWriter as ::core::default::Default>::default();
            #(#lines)*
            fields.finish()
        }
    };
    let of = tokens!(::core::convert::From<#from>);
    let message = tokens!(#krate::messaging::Message);
    item.implement_on(&message, &parameters, Some(&of), &write_bounds(model, by), &body)
}

fn write_part(model: &Message<'_>, part: &Part<'_>, by: By) -> TokenStream {
    let krate = &model.item.krate;
    let Part { ident, ty, .. } = part;
    let field = match by {
        By::Value => tokens!(value.#ident),
        By::Reference => tokens!(<#ty as ::core::clone::Clone>::clone(&value.#ident)),
    };
    let inside = inside(part);
    let optional = match part.optional {
        Some(_) => field.clone(),
        None => tokens!(::core::option::Option::Some(#field)),
    };
    match &part.role {
        Role::Section(name, of) => {
            let (name, of) = (name_of(name), path(model, of));
            tokens!(fields.message.#name = #krate::derived::part::<#inside, #of>(#optional);)
        }
        Role::Property(name, of) => {
            let (name, of) = (name_of(name), path(model, of));
            tokens!(fields.properties.#name = #krate::derived::part::<#inside, #of>(#optional);)
        }
        Role::ApplicationProperty(key) => {
            tokens!(fields.application_property::<#ty>(#key, #field);)
        }
        Role::Annotation(key) => tokens!(fields.annotation::<#ty>(#key, #field);),
        Role::Body => {
            tokens!(fields.message.body = #krate::messaging::Body::value::<#ty>(&value.#ident);)
        }
        Role::Data => tokens!(fields.message.body = #krate::derived::data::<#inside>(#optional);),
        Role::Skip => TokenStream::new(),
    }
}

/// `TryFrom` a message, for the struct.
fn read(model: &Message<'_>, by: By) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let (from, parameters) = by.apply(&tokens!(#krate::messaging::Message));
    let lines = model.parts.iter().map(|part| {
        let (ident, value) = (part.ident, read_part(model, part, by));
        tokens!(#ident: #value,)
    });
    let whole = |part: &Part<'_>| matches!(part.role, Role::Section(..));
    let message = match (parts(model).next(), by) {
        (None, _) => tokens!(_),
        (Some(_), By::Value) if parts(model).any(whole) => tokens!(mut message),
        (Some(_), _) => tokens!(message),
    };
    let body = tokens! {
        type Error = #krate::DecodeError;

        fn try_from(#message: #from) -> ::core::result::Result<Self, #krate::DecodeError> {
            ::core::result::Result::Ok(Self { #(#lines)* })
        }
    };
    let of = tokens!(::core::convert::TryFrom<#from>);
    item.implement_on(&item.own_type(), &parameters, Some(&of), &read_bounds(model), &body)
}

fn read_part(model: &Message<'_>, part: &Part<'_>, by: By) -> TokenStream {
    let krate = &model.item.krate;
    let (ty, of, name) = (part.ty, &model.name, &part.name);
    let names = super::names(&model.item, of, iter::once(name));
    let place = tokens!(const { #names }.at(0));
    let message = match by {
        By::Value => tokens!(&message),
        By::Reference => tokens!(message),
    };
    let inside = inside(part);
    let due = |read: TokenStream| match part.optional {
        Some(_) => read,
        None => tokens!(#krate::derived::due::<#inside>(#read, #place)?),
    };
    match &part.role {
        Role::Section(name, of) => {
            let (name, of) = (name_of(name), path(model, of));
            let section = match by {
                By::Value => tokens!(message.#name.take()),
                By::Reference => tokens!(::core::clone::Clone::clone(&message.#name)),
            };
            due(tokens!(#krate::derived::section::<#inside, #of>(#section)))
        }
        Role::Property(name, of) => {
            let (name, of) = (name_of(name), path(model, of));
            let get = tokens!(|properties| properties.#name.as_ref());
            tokens!(#krate::derived::property::<#ty, #of>(#message, #get, #place)?)
        }
        Role::ApplicationProperty(key) => {
            tokens!(#krate::derived::application_property::<#ty>(#message, #key, #place)?)
        }
        Role::Annotation(key) => {
            tokens!(#krate::derived::annotation::<#ty>(#message, #key, #place)?)
        }
        Role::Body => tokens!(#krate::derived::body::<#ty>(#message, #place)?),
        Role::Data => due(tokens!(#krate::derived::octets::<#inside>(#message, #place)?)),
        Role::Skip => tokens!(<#ty as ::core::default::Default>::default()),
    }
}

/// The fields that are parts of the message.
fn parts<'m>(model: &'m Message<'m>) -> impl Iterator<Item = &'m Part<'m>> {
    model.parts.iter().filter(|part| !matches!(part.role, Role::Skip))
}

/// The type of a field that is there.
fn inside<'i>(part: &Part<'i>) -> &'i Type {
    part.optional.unwrap_or(part.ty)
}

fn name_of(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A type of the library.
fn path(model: &Message<'_>, path: &str) -> TokenStream {
    let krate = &model.item.krate;
    let path = path.split("::").map(name_of);
    tokens!(#krate #(::#path)*)
}

/// What a generic field's type is turned into, if another type is named for that.
fn counterpart(model: &Message<'_>, part: &Part<'_>) -> Option<TokenStream> {
    match &part.role {
        Role::Section(_, of) | Role::Property(_, of) => Some(path(model, of)),
        Role::Data => Some(path(model, "Bytes")),
        Role::ApplicationProperty(_) | Role::Annotation(_) | Role::Body | Role::Skip => None,
    }
}

fn write_bounds(model: &Message<'_>, by: By) -> Vec<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let bound = |part: &Part<'_>| {
        let into = |of: TokenStream| tokens!(::core::convert::Into<#of>);
        let mut bounds = match (&part.role, counterpart(model, part)) {
            (_, Some(of)) => item.bounds_from([inside(part)], &into(of)),
            (Role::Body, _) => return item.bounds([part.ty], &tokens!(#krate::Encode)),
            (Role::ApplicationProperty(_), _) => {
                item.bounds_from([part.ty], &into(path(model, "messaging::SimpleValue")))
            }
            _ => item.bounds_from([part.ty], &into(path(model, "Value"))),
        };
        if by == By::Reference {
            bounds.extend(item.bounds_from([part.ty], &tokens!(::core::clone::Clone)));
        }
        bounds
    };
    parts(model).flat_map(bound).collect()
}

fn read_bounds(model: &Message<'_>) -> Vec<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let bound = |part: &Part<'_>| match (&part.role, counterpart(model, part)) {
        (Role::Section(..) | Role::Data, Some(of)) => {
            item.bounds_from([inside(part)], &tokens!(::core::convert::From<#of>))
        }
        (Role::Skip, _) => item.bounds_from([part.ty], &tokens!(::core::default::Default)),
        _ => item.bounds([part.ty], &tokens!(#krate::DecodeOwned)),
    };
    model.parts.iter().flat_map(bound).collect()
}

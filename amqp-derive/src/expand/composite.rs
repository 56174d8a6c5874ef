//! A composite: a line for each field, in each direction.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use crate::item::tokens;
use crate::model::{Composite, Field, Presence, Source};

mod decode;

pub(crate) fn expand(model: &Composite<'_>) -> TokenStream {
    let mut output = fields(model);
    output.extend(model.descriptor.as_ref().map(|descriptor| descriptor.implement(&model.item)));
    output.extend(encode(model));
    output.extend(decode::expand(model));
    output.extend(array_item(model));
    output.extend(defaults(model));
    output
}

/// What makes a default not compile of a type that reads null itself: null would stand for two values.
/// A type that depends on a parameter is not known here.
fn defaults(model: &Composite<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let defaults = on_wire(model).filter(|field| matches!(field.presence, Presence::Default(_)));
    let assertions = defaults.filter(|field| !item.is_generic(field.ty)).map(|field| {
        let message = format!(
            "`{}` cannot have a default: its type reads null, which would stand for both",
            field.ident
        );
        let ty = item.for_ever(field.ty);
        quote_spanned! {field.ident.span().resolved_at(Span::mixed_site())=>
            const _: () = ::core::assert!(
                !<#ty as #krate::Decode<'static>>::ACCEPTS.begins_as(#krate::Primitive::Null),
                #message
            );
        }
    });
    assertions.collect()
}

/// The fields as they are written, whether as a value or as an item of an array.
fn fields(model: &Composite<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let lines = on_wire(model).map(|field| write(model, field));
    // A generic parameter could have the name of one of the item's own.
    let (of, writer) = match model.source {
        Source::List => (tokens!(ListFields), tokens!(impl #krate::derived::WriteFields)),
        _ => (tokens!(MapFields), tokens!(#krate::compound::MapWriter<'_, '_>)),
    };
    let body = tokens! {
        #[inline]
        fn write_fields(&self, fields: &mut #writer) {
            #(#lines)*
        }
    };
    model.item.implement(&tokens!(#krate::derived::#of), &encode_bounds(model), &body)
}

fn write(model: &Composite<'_>, field: &Field<'_>) -> TokenStream {
    let Field { ident, ty, presence, .. } = field;
    let key = key(model, field);
    match (presence, key) {
        (Presence::Default(default), key) => {
            let default = self::default(ty, default.as_ref());
            let write = match key {
                None => tokens!(fields.next_or::<#ty>(&self.#ident, &default);),
                Some(key) => tokens!(fields.entry_or::<_, #ty>(&#key, &self.#ident, &default);),
            };
            tokens!({ let default: #ty = #default; #write })
        }
        (_, None) => tokens!(fields.next::<#ty>(&self.#ident);),
        (_, Some(key)) => tokens!(fields.entry::<_, #ty>(&#key, &self.#ident);),
    }
}

/// The key of a field, as a value; none in a list.
fn key(model: &Composite<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let (krate, name) = (&model.item.krate, &field.name);
    match model.source {
        Source::List => None,
        Source::SymbolMap => Some(tokens!(#krate::derived::SymbolKey(#name))),
        Source::StringMap => Some(tokens!(#name)),
    }
}

/// The value that a field with a default has when it is not there.
fn default(ty: &Type, expression: Option<&TokenStream>) -> TokenStream {
    match expression {
        Some(expression) => expression.clone(),
        None => tokens!(<#ty as ::core::default::Default>::default()),
    }
}

fn encode(model: &Composite<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let lens = on_wire(model).flat_map(|field| {
        let ty = field.ty;
        let key = (model.source != Source::List).then(|| {
            let len = field.name.value().len();
            tokens!(::core::option::Option::Some(#krate::derived::text_len(#len)))
        });
        // The length of a type that holds itself has no end.
        let value = if item.is_recursive(ty) {
            tokens!(::core::option::Option::None)
        } else {
            tokens!(<#ty as #krate::Encode>::MAX_LEN)
        };
        key.into_iter().chain([value])
    });
    let mut len = tokens!(#krate::derived::compound_len(&[#(#lens),*]));
    if model.descriptor.is_some() {
        len = tokens! {
            #krate::derived::described_len(&<Self as #krate::Described>::DESCRIPTOR, #len)
        };
    }
    let descriptor = descriptor(model);
    let function = function(model, "encode_list", "encode_map");
    let small = (model.source == Source::List).then(|| {
        let option = tokens!(::core::option::Option);
        let described = match model.descriptor {
            Some(_) => tokens!(#option::Some(&<Self as #krate::Described>::DESCRIPTOR)),
            None => tokens!(#option::None),
        };
        tokens! {
            #[inline]
            fn encode_small(&self, writer: &mut #krate::Writer<'_>) {
                #krate::derived::encode_list_small(self, #described, writer);
            }
        }
    });
    let body = tokens! {
        const MAX_LEN: ::core::option::Option<::core::primitive::usize> = #len;

        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            #descriptor
            #krate::derived::#function(self, writer);
        }

        #small
    };
    item.implement(&tokens!(#krate::Encode), &encode_bounds(model), &body)
}

fn array_item(model: &Composite<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let formats = function(model, "LIST_FORMATS", "MAP_FORMATS");
    let function = function(model, "encode_list_data", "encode_map_data");
    let descriptor = descriptor(model);
    let body = tokens! {
        const FORMATS: &'static [#krate::Format] = #krate::derived::#formats;

        #[inline]
        fn encode_constructor(format: #krate::Format, writer: &mut #krate::Writer<'_>) {
            #descriptor
            writer.format(format);
        }

        #[inline]
        fn encode_data(
            &self,
            format: #krate::Format,
            writer: &mut #krate::Writer<'_>,
        ) -> ::core::primitive::bool {
            #krate::derived::#function(self, format, writer)
        }
    };
    item.implement(&tokens!(#krate::ArrayItem), &encode_bounds(model), &body)
}

fn descriptor(model: &Composite<'_>) -> Option<TokenStream> {
    let krate = &model.item.krate;
    model
        .descriptor
        .as_ref()
        .map(|_| tokens!(writer.descriptor(&<Self as #krate::Described>::DESCRIPTOR);))
}

fn function(model: &Composite<'_>, list: &str, map: &str) -> syn::Ident {
    let name = if model.source == Source::List { list } else { map };
    syn::Ident::new(name, Span::call_site())
}

fn on_wire<'m>(model: &'m Composite<'m>) -> impl Iterator<Item = &'m Field<'m>> {
    model.fields.iter().filter(|field| !matches!(field.presence, Presence::Skip))
}

fn encode_bounds(model: &Composite<'_>) -> Vec<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let mut bounds = item.bounds(on_wire(model).map(|field| field.ty), &tokens!(#krate::Encode));
    let defaults = on_wire(model).filter(|field| matches!(field.presence, Presence::Default(_)));
    bounds
        .extend(item.bounds_from(defaults.map(|field| field.ty), &tokens!(::core::cmp::PartialEq)));
    let computed = on_wire(model).filter(|field| matches!(field.presence, Presence::Default(None)));
    bounds.extend(
        item.bounds_from(computed.map(|field| field.ty), &tokens!(::core::default::Default)),
    );
    bounds
}

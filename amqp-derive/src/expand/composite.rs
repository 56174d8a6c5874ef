//! A composite: one line for each field, in each direction.

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

/// Asserts that a field with a default has a type that does not accept null, because null would mean two
/// values. A type that depends on a parameter is not known here.
fn defaults(model: &Composite<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let defaults = on_wire(model).filter(|field| matches!(field.presence, Presence::Default(_)));
    let known =
        defaults.filter(|field| field.adapters.decode.is_none() && !item.is_generic(field.ty));
    let assertions = known.map(|field| {
        let message = format!(
            "`{}` cannot have a default: its type accepts null, which would mean two values",
            field.ident
        );
        let ty = item.checked(field.ty).for_ever();
        quote_spanned! {field.ident.span().resolved_at(Span::mixed_site())=>
            const _: () = ::core::assert!(
                !<#ty as #krate::Decode<'static>>::ACCEPTS.contains_primitive(#krate::Primitive::Null),
                #message
            );
        }
    });
    assertions.collect()
}

/// The fields as they are encoded, whether as a value or as an item of an array.
fn fields(model: &Composite<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let lines = on_wire(model).map(|field| write(model, field));
    let (of, writer) = match model.source {
        Source::List => (tokens!(ListFields), tokens!(#krate::compound::ListWriter<'_>)),
        _ => (tokens!(MapFields), tokens!(#krate::compound::MapWriter<'_, '_>)),
    };
    let body = tokens! {
        #[inline(always)]
        fn encode_fields(&self, fields: &mut #writer) {
            #(#lines)*
        }
    };
    model.item.implement(&tokens!(#krate::derived::#of), &encode_bounds(model), &body)
}

fn write(model: &Composite<'_>, field: &Field<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let Field { ident, ty, presence, adapters, .. } = field;
    let value = adapters.encoded(&tokens!(self.#ident), ty, &model.item);
    let (omitted, written) = match key(model, field) {
        None => (tokens!(fields.next::<()>(&())), tokens!(fields.next(#value))),
        Some(key) => (tokens!(()), tokens!(fields.entry(&#key, #value))),
    };
    let Presence::Default(default) = presence else {
        return tokens!(#written;);
    };
    let default = self::default(ty, default.as_ref());
    // Equal floats and decimals can have different encodings, so that their octets are compared; a generic
    // type may be one of them.
    let is_exact = if model.item.is_generic(ty) || adapters.is_any() {
        tokens!(false)
    } else {
        let forever = model.item.checked(ty).for_ever();
        tokens!(const { <#forever as #krate::Decode<'static>>::ACCEPTS.is_exact() })
    };
    let encoded_default = adapters.encoded(&tokens!(default), ty, &model.item);
    tokens! {
        {
            let default: #ty = #default;
            if <#ty as ::core::cmp::PartialEq>::eq(&self.#ident, &default)
                && (#is_exact || #krate::derived::same_octets(#value, #encoded_default))
            {
                #omitted;
            } else {
                #written;
            }
        }
    }
}

/// Returns the key of a field as a value, or `None` in a list.
fn key(model: &Composite<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let (krate, name) = (&model.item.krate, &field.name);
    match model.source {
        Source::List => None,
        Source::SymbolMap => Some(tokens!(#krate::derived::SymbolKey(#name))),
        Source::StringMap => Some(tokens!(#name)),
    }
}

/// Returns the value of a field that is absent.
fn default(ty: &Type, expression: Option<&TokenStream>) -> TokenStream {
    match expression {
        Some(expression) => expression.clone(),
        None => tokens!(<#ty as ::core::default::Default>::default()),
    }
}

fn encode(model: &Composite<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let descriptor = descriptor(model);
    let body = match (model.source, &model.descriptor) {
        (Source::List, _) if on_wire(model).next().is_none() => tokens! {
            #descriptor
            writer.format(#krate::Format::List0);
        },
        (Source::List, Some(_)) => tokens! {
            let mut fields =
                writer.begin_described_list(&<Self as #krate::Described>::DESCRIPTOR);
            #krate::derived::ListFields::encode_fields(self, &mut fields);
            fields.finish();
        },
        (Source::List, None) => tokens! {
            let mut fields = writer.begin_list();
            #krate::derived::ListFields::encode_fields(self, &mut fields);
            fields.finish();
        },
        _ => tokens! {
            #descriptor
            writer.map(|fields| #krate::derived::MapFields::encode_fields(self, fields));
        },
    };
    let body = tokens! {
        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            #body
        }
    };
    item.implement(&tokens!(#krate::Encode), &encode_bounds(model), &body)
}

fn array_item(model: &Composite<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let (compound, of, narrow, wide) = match model.source {
        Source::List => (tokens!(list_value), tokens!(ListFields), tokens!(List8), tokens!(List32)),
        _ => (tokens!(map_value), tokens!(MapFields), tokens!(Map8), tokens!(Map32)),
    };
    let descriptor = descriptor(model);
    let body = tokens! {
        const FORMATS: &'static [#krate::Format] =
            &[#krate::Format::#narrow, #krate::Format::#wide];

        #[inline]
        fn encode_constructor(format: #krate::Format, writer: &mut #krate::Writer<'_>) {
            #descriptor
            writer.format(format);
        }

        #[inline]
        fn encode_value(
            &self,
            format: #krate::Format,
            writer: &mut #krate::Writer<'_>,
        ) -> ::core::primitive::bool {
            writer.#compound(format, |fields| #krate::derived::#of::encode_fields(self, fields))
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

fn on_wire<'m>(model: &'m Composite<'m>) -> impl Iterator<Item = &'m Field<'m>> {
    model.fields.iter().filter(|field| !matches!(field.presence, Presence::Skip))
}

fn encode_bounds(model: &Composite<'_>) -> Vec<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let encoded = on_wire(model).filter(|field| field.adapters.encode.is_none());
    let mut bounds = item.bounds(encoded.map(|field| field.ty), &tokens!(#krate::Encode));
    let defaults = on_wire(model).filter(|field| matches!(field.presence, Presence::Default(_)));
    bounds
        .extend(item.bounds_from(defaults.map(|field| field.ty), &tokens!(::core::cmp::PartialEq)));
    let computed = on_wire(model).filter(|field| matches!(field.presence, Presence::Default(None)));
    bounds.extend(
        item.bounds_from(computed.map(|field| field.ty), &tokens!(::core::default::Default)),
    );
    bounds
}

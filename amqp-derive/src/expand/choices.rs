//! An enum of choices, each of which has one value.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Type;
use syn::spanned::Spanned;

use crate::item::tokens;
use crate::model::{Choice, Choices, Kind, Other};

pub(crate) fn expand(model: &Choices<'_>) -> TokenStream {
    let mut output = choices(model);
    output.extend(model.descriptor.as_ref().map(|descriptor| descriptor.implement(&model.item)));
    output.extend(as_str(model));
    output.extend(encode(model));
    output.extend(decode(model));
    output.extend(array_item(model));
    output.extend(model.other.as_ref().map(|other| same_source(model, other)));
    output
}

/// Implements the only part that depends on the variants. It names no associated type, because a variant may
/// have the same name.
fn choices(model: &Choices<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let (source, keeps) = (model.kind.source(krate), keeps(model));
    let of = model.known.iter().map(|Choice { ident, value, .. }| {
        tokens!(#value => ::core::option::Option::Some(Self::#ident),)
    });
    let all = model.kind == Kind::Boolean && model.known.len() == 2;
    let none = (!all).then(|| tokens!(_ => ::core::option::Option::None,));
    let values = model.known.iter().map(
        |Choice { ident, value, .. }| tokens!(Self::#ident => ::core::result::Result::Ok(#value),),
    );
    let (kept, keep) = match &model.other {
        Some(Other { ident, .. }) => (
            Some(tokens!(Self::#ident(other) => ::core::result::Result::Err(other),)),
            tokens!(Self::#ident(other)),
        ),
        None => (None, tokens!(match other {})),
    };
    let body = tokens! {
        type Source = #source;
        type Other = #keeps;

        #[inline]
        fn of(
            value: <#source as #krate::derived::Source>::Value<'_>,
        ) -> ::core::option::Option<Self> {
            match value { #(#of)* #none }
        }

        #[inline]
        fn value(&self) -> ::core::result::Result<
            <#source as #krate::derived::Source>::Value<'static>,
            &#keeps,
        > {
            match self { #(#values)* #kept }
        }

        #[inline]
        fn other(other: #keeps) -> Self {
            #keep
        }
    };
    model.item.implement(&tokens!(#krate::derived::Choices), &[], &body)
}

/// Implements `as_str`, if no variant keeps other values.
fn as_str(model: &Choices<'_>) -> Option<TokenStream> {
    if !matches!(model.kind, Kind::Symbol | Kind::String) || model.other.is_some() {
        return None;
    }
    let texts =
        model.known.iter().map(|Choice { ident, value, .. }| tokens!(Self::#ident => #value,));
    let doc = format!("Returns the {} of the choice.", model.kind.name());
    let vis = model.item.vis;
    Some(model.item.inherent(&tokens! {
        #[doc = #doc]
        #[must_use]
        #[allow(dead_code)]
        #vis const fn as_str(&self) -> &'static ::core::primitive::str {
            match *self { #(#texts)* }
        }
    }))
}

fn encode(model: &Choices<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let descriptor = descriptor(model);
    let null = model.other.as_ref().filter(|_| model.descriptor.is_none()).map(|other| {
        let Other { ident, ty } = other;
        tokens! {
            #[inline]
            fn is_null(&self) -> ::core::primitive::bool {
                match self {
                    Self::#ident(other) => <#ty as #krate::Encode>::is_null(other),
                    _ => false,
                }
            }
        }
    });
    let body = tokens! {
        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            #descriptor
            #krate::derived::Choices::encode_choice(self, writer);
        }

        #null
    };
    let of = tokens!(#krate::Encode);
    item.implement(&of, &item.bounds(kept(model), &of), &body)
}

fn decode(model: &Choices<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let source = model.kind.source(krate);
    let of = tokens!(#krate::Decode<'__de>);
    let decode_choice = tokens!(<Self as #krate::derived::Choices>::decode_choice);
    let (accepts, decode_value, decode) = match &model.descriptor {
        Some(_) => (
            tokens!(&#krate::Accepts::described(<Self as #krate::Described>::DESCRIPTOR)),
            tokens!(reader.described(constructor, <Self as #of>::ACCEPTS, #decode_choice)),
            None,
        ),
        None => (
            tokens!(<<#source as #krate::derived::Source>::Encoded<'__de> as #of>::ACCEPTS),
            tokens!(#decode_choice(constructor, reader)),
            Some(tokens! {
                #[inline]
                fn decode(
                    reader: &mut #krate::Reader<'_, '__de>,
                ) -> ::core::result::Result<Self, #krate::Failed> {
                    <Self as #krate::derived::Choices>::decode_common(reader)
                }
            }),
        ),
    };
    let body = tokens! {
        const ACCEPTS: &'static #krate::Accepts = #accepts;

        #[inline]
        fn decode_value(
            constructor: #krate::Constructor<'__de>,
            reader: &mut #krate::Reader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            #decode_value
        }

        #decode
    };
    item.implement_decode(&item.bounds(kept(model), &of), &body)
}

fn array_item(model: &Choices<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let source = model.kind.source(krate);
    let descriptor = descriptor(model);
    let mut formats = tokens!(<#source as #krate::derived::Source>::FORMATS);
    if let Some(Other { ty, .. }) = &model.other {
        let kept = tokens!(<#ty as #krate::ArrayItem>::FORMATS);
        formats = tokens!(#krate::derived::shared_formats(#formats, #kept));
    }
    let mut bounds = item.bounds(kept(model), &tokens!(#krate::Encode));
    bounds.extend(kept(model).map(|ty| tokens!(for<'__any> #ty: #krate::ArrayItem)));
    let body = tokens! {
        const FORMATS: &'static [#krate::Format] = #formats;

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
            #krate::derived::Choices::encode_item(self, format, writer)
        }
    };
    item.implement(&tokens!(#krate::ArrayItem), &bounds, &body)
}

/// Asserts that a variant with `other` can keep every value.
fn same_source(model: &Choices<'_>, other: &Other<'_>) -> TokenStream {
    let krate = &model.item.krate;
    if model.item.is_generic(other.ty) {
        return TokenStream::new();
    }
    let (source, ty) = (model.kind.source(krate), model.item.for_ever(other.ty));
    let message = format!(
        "`{}` keeps values of the source, so it must hold a type that reads `{}`",
        other.ident,
        model.kind.name(),
    );
    let span = other.ty.span().resolved_at(proc_macro2::Span::mixed_site());
    quote_spanned! {span=>
        const _: () = ::core::assert!(
            <#ty as #krate::Decode<'static>>::ACCEPTS
                .overlaps(
                    <<#source as #krate::derived::Source>::Encoded<'static> as
                        #krate::Decode<'static>>::ACCEPTS
                ),
            #message,
        );
    }
}

fn kept<'m>(model: &'m Choices<'_>) -> impl Iterator<Item = &'m Type> {
    model.other.iter().map(|other| other.ty)
}

fn keeps(model: &Choices<'_>) -> TokenStream {
    let krate = &model.item.krate;
    match &model.other {
        Some(Other { ty, .. }) => tokens!(#ty),
        None => tokens!(#krate::derived::Never),
    }
}

fn descriptor(model: &Choices<'_>) -> Option<TokenStream> {
    let krate = &model.item.krate;
    model
        .descriptor
        .as_ref()
        .map(|_| tokens!(writer.descriptor(&<Self as #krate::Described>::DESCRIPTOR);))
}

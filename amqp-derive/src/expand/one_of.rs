//! A union: the variant whose type accepts the constructor.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::item::tokens;
use crate::model::{OneOf, Variant};

pub(crate) fn expand(model: &OneOf<'_>) -> TokenStream {
    let mut output = encode(model);
    output.extend(decode(model));
    output.extend(distinct(model));
    output
}

fn encode(model: &OneOf<'_>) -> TokenStream {
    let OneOf { item, variants, .. } = model;
    let krate = &item.krate;
    let encodes = variants.iter().map(|Variant { ident, ty }| {
        let value = item.checked(ty).by_ref(tokens!(value));
        tokens!(Self::#ident(value) => #krate::Encode::encode(#value, writer),)
    });
    let nulls = variants.iter().map(|Variant { ident, ty }| {
        let value = item.checked(ty).by_ref(tokens!(value));
        tokens!(Self::#ident(value) => #krate::Encode::is_null(#value),)
    });
    let body = tokens! {
        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            match self { #(#encodes)* }
        }

        #[inline]
        fn is_null(&self) -> ::core::primitive::bool {
            match self { #(#nulls)* }
        }
    };
    let of = tokens!(#krate::Encode);
    let bounds = item.bounds(variants.iter().map(|variant| variant.ty), &of);
    item.implement(&of, &bounds, &body)
}

fn decode(model: &OneOf<'_>) -> TokenStream {
    let OneOf { item, variants, .. } = model;
    let krate = &item.krate;
    let of = tokens!(#krate::Decode<'__de>);
    let checked: Vec<_> =
        variants.iter().map(|variant| (variant, item.checked(variant.ty).ty())).collect();
    let accepts = checked.iter().map(|(_, ty)| tokens!(<#ty as #of>::ACCEPTS));
    let distinct = pairs(model, true).into_iter().map(|(first, second)| {
        assertion(model, first, second, |ty| {
            let ty = item.checked(ty).ty();
            tokens!(<#ty as #of>::ACCEPTS)
        })
    });
    let decodes = checked.iter().map(|(variant, ty)| {
        let make = make(model, variant);
        tokens! {
            if <#ty as #of>::ACCEPTS.contains(&constructor) {
                return <#ty as #of>::decode_value(constructor, reader).map(#make);
            }
        }
    });
    // A described variant is selected by its number, with one jump, and any other one by its primitive
    // type.
    let described = checked.iter().map(|(variant, ty)| {
        let make = make(model, variant);
        tokens! {
            if <#ty as #of>::ACCEPTS.contains_code(code) {
                return reader.decode_as::<#ty, Self>(#make);
            }
        }
    });
    let primitives = checked.iter().map(|(variant, ty)| {
        let make = make(model, variant);
        tokens! {
            if <#ty as #of>::ACCEPTS.contains_primitive(primitive) {
                return reader.decode_as::<#ty, Self>(#make);
            }
        }
    });
    let absents = checked.iter().map(|(variant, ty)| {
        let make = make(model, variant);
        tokens! {
            if let ::core::option::Option::Some(value) = <#ty as #of>::absent() {
                return ::core::option::Option::Some((#make)(value));
            }
        }
    });
    let body = tokens! {
        const ACCEPTS: &'static #krate::Accepts = {
            #(#distinct)*
            &#krate::Accepts::one_of(&[#(#accepts),*])
        };

        #[inline]
        fn decode_value(
            constructor: #krate::Constructor<'__de>,
            reader: &mut #krate::Reader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            #(#decodes)*
            ::core::result::Result::Err(
                reader.unexpected(&constructor, <Self as #of>::ACCEPTS)
            )
        }

        #[inline(always)]
        fn decode(
            reader: &mut #krate::Reader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            if let ::core::option::Option::Some(code) = reader.peek_descriptor() {
                #(#described)*
            } else if let ::core::option::Option::Some(primitive) = reader.peek_primitive() {
                #(#primitives)*
            }
            reader.decode_slow()
        }

        #[inline]
        fn absent() -> ::core::option::Option<Self> {
            #(#absents)*
            ::core::option::Option::None
        }
    };
    let bounds = item.bounds(variants.iter().map(|variant| variant.ty), &of);
    item.implement_decode(&bounds, &body)
}

/// Returns the function that makes a variant of its value.
fn make(model: &OneOf<'_>, Variant { ident, ty }: &Variant<'_>) -> TokenStream {
    model.item.checked(ty).make(tokens!(Self::#ident))
}

/// Asserts that no two variants accept the same constructor, whether the union is used or not. Variants that
/// depend on a parameter are compared in `ACCEPTS`, when it is known.
fn distinct(model: &OneOf<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let assertions = pairs(model, false).into_iter().map(|(first, second)| {
        assertion(model, first, second, |ty| {
            let ty = model.item.checked(ty).for_ever();
            tokens!(<#ty as #krate::Decode<'static>>::ACCEPTS)
        })
    });
    let assertions: Vec<_> = assertions.collect();
    if assertions.is_empty() {
        return TokenStream::new();
    }
    tokens!(const _: () = { #(#assertions)* };)
}

/// Returns all pairs of variants that depend on a parameter, or all that do not.
fn pairs<'m>(model: &'m OneOf<'_>, generic: bool) -> Vec<(&'m Variant<'m>, &'m Variant<'m>)> {
    let OneOf { item, variants, .. } = model;
    let mut pairs = Vec::new();
    for (index, second) in variants.iter().enumerate() {
        for first in variants.iter().take(index) {
            if (item.is_generic(first.ty) || item.is_generic(second.ty)) == generic {
                pairs.push((first, second));
            }
        }
    }
    pairs
}

fn assertion(
    model: &OneOf<'_>,
    first: &Variant<'_>,
    second: &Variant<'_>,
    accepts: impl Fn(&syn::Type) -> TokenStream,
) -> TokenStream {
    let union = model.item.ident;
    let message = format!(
        "`{union}::{}` accepts values that `{union}::{}` accepts: nothing on the wire \
         distinguishes them",
        second.ident, first.ident,
    );
    let (first, own) = (accepts(first.ty), accepts(second.ty));
    let span = second.ident.span().resolved_at(Span::mixed_site());
    quote_spanned!(span=> ::core::assert!(!#first.overlaps(#own), #message);)
}

//! A newtype: the impls of the inner type, after a descriptor if there is one.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use crate::descriptor::Descriptor;
use crate::item::tokens;
use crate::model::Newtype;

pub(crate) fn expand(model: &Newtype<'_>) -> TokenStream {
    let mut output = match &model.descriptor {
        Some(descriptor) => described(model, descriptor),
        None => plain(model),
    };
    output.extend(array_item(model));
    output
}

fn plain(model: &Newtype<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let checked = model.item.checked(model.inner);
    let (value, inner, make) =
        (checked.by_ref(tokens!(&self.0)), checked.ty(), checked.make(tokens!(Self)));
    let encode = tokens! {
        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            #krate::Encode::encode(#value, writer);
        }

        #[inline]
        fn is_null(&self) -> ::core::primitive::bool {
            #krate::Encode::is_null(#value)
        }
    };
    let decode_value = decode_value(model);
    let decode = model.decode_with.is_none().then(|| {
        tokens! {
            #[inline]
            fn decode(
                reader: &mut #krate::Reader<'_, '__de>,
            ) -> ::core::result::Result<Self, #krate::Failed> {
                <#inner as #krate::Decode<'__de>>::decode(reader).map(#make)
            }
        }
    });
    let decode = tokens! {
        const ACCEPTS: &'static #krate::Accepts = <#inner as #krate::Decode<'__de>>::ACCEPTS;

        #[inline]
        fn decode_value(
            constructor: #krate::Constructor<'__de>,
            reader: &mut #krate::Reader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            #decode_value
        }

        #[inline]
        fn absent() -> ::core::option::Option<Self> {
            <#inner as #krate::Decode<'__de>>::absent().map(#make)
        }

        #decode
    };
    impls(model, &encode, &decode)
}

/// Returns the expression that decodes the data.
fn decode_value(model: &Newtype<'_>) -> TokenStream {
    let Newtype { item, inner, .. } = model;
    let krate = &item.krate;
    match &model.decode_with {
        Some(function) => {
            // If the function returns another type, the error is at its name.
            let span = function.span().resolved_at(Span::mixed_site());
            let call = quote_spanned!(span=> #function(constructor, reader));
            tokens! {
                {
                    let decoded: ::core::result::Result<#inner, #krate::Failed> = #call;
                    decoded.map(Self)
                }
            }
        }
        None => {
            let (inner, make) = (item.checked(inner).ty(), item.checked(inner).make(tokens!(Self)));
            tokens! {
                <#inner as #krate::Decode<'__de>>::decode_value(constructor, reader).map(#make)
            }
        }
    }
}

fn described(model: &Newtype<'_>, descriptor: &Descriptor) -> TokenStream {
    let item = &model.item;
    let krate = &item.krate;
    let checked = item.checked(model.inner);
    let (value, inner, make) =
        (checked.by_ref(tokens!(&self.0)), checked.ty(), checked.make(tokens!(Self)));
    let decode_value = decode_value(model);
    let mut output = descriptor.implement(item);
    let encode = tokens! {
        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            writer.descriptor(&<Self as #krate::Described>::DESCRIPTOR);
            #krate::Encode::encode(#value, writer);
        }
    };
    let decode = model.decode_with.is_none().then(|| {
        tokens! {
            #[inline]
            fn decode(
                reader: &mut #krate::Reader<'_, '__de>,
            ) -> ::core::result::Result<Self, #krate::Failed> {
                let descriptor = &<Self as #krate::Described>::DESCRIPTOR;
                match reader.described_value(descriptor, <#inner as #krate::Decode<'__de>>::decode) {
                    ::core::option::Option::Some(inner) => inner.map(#make),
                    ::core::option::Option::None => reader.decode_slow(),
                }
            }
        }
    });
    let decode = tokens! {
        const ACCEPTS: &'static #krate::Accepts =
            &#krate::Accepts::described(<Self as #krate::Described>::DESCRIPTOR);

        #[inline]
        fn decode_value(
            constructor: #krate::Constructor<'__de>,
            reader: &mut #krate::Reader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            let accepts = <Self as #krate::Decode<'__de>>::ACCEPTS;
            reader.described(constructor, accepts, |constructor, reader| #decode_value)
        }

        #decode
    };
    output.extend(impls(model, &encode, &decode));
    output
}

fn impls(model: &Newtype<'_>, encode: &TokenStream, decode: &TokenStream) -> TokenStream {
    let Newtype { item, inner, .. } = model;
    let krate = &item.krate;
    let of = tokens!(#krate::Encode);
    let mut output = item.implement(&of, &item.bounds([*inner], &of), encode);
    let bounds = item.bounds([*inner], &tokens!(#krate::Decode<'__de>));
    output.extend(item.implement_decode(&bounds, decode));
    output
}

fn array_item(model: &Newtype<'_>) -> TokenStream {
    let Newtype { item, inner, descriptor, .. } = model;
    let krate = &item.krate;
    let descriptor = descriptor
        .as_ref()
        .map(|_| tokens!(writer.descriptor(&<Self as #krate::Described>::DESCRIPTOR);));
    let mut bounds = item.bounds([*inner], &tokens!(#krate::Encode));
    // Whether the inner type can be an item is not known. A plain bound that is false is an
    // error; one that could depend on a lifetime is an impl that does not apply.
    bounds.push(tokens!(for<'__any> #inner: #krate::ArrayItem));
    let body = tokens! {
        const FORMATS: &'static [#krate::Format] = <#inner as #krate::ArrayItem>::FORMATS;

        #[inline]
        fn encode_constructor(format: #krate::Format, writer: &mut #krate::Writer<'_>) {
            #descriptor
            <#inner as #krate::ArrayItem>::encode_constructor(format, writer);
        }

        #[inline]
        fn encode_value(
            &self,
            format: #krate::Format,
            writer: &mut #krate::Writer<'_>,
        ) -> ::core::primitive::bool {
            <#inner as #krate::ArrayItem>::encode_value(&self.0, format, writer)
        }
    };
    item.implement(&tokens!(#krate::ArrayItem), &bounds, &body)
}

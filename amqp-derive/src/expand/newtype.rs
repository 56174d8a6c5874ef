//! A newtype: the impls of the inner type, behind a descriptor if there is one.

use proc_macro2::TokenStream;

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
    let Newtype { item, inner, .. } = model;
    let krate = &item.krate;
    let encode = tokens! {
        const MAX_LEN: ::core::option::Option<::core::primitive::usize> =
            <#inner as #krate::Encode>::MAX_LEN;

        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            <#inner as #krate::Encode>::encode(&self.0, writer);
        }

        #[inline]
        fn is_null(&self) -> ::core::primitive::bool {
            <#inner as #krate::Encode>::is_null(&self.0)
        }
    };
    let read = read(model);
    let mut decode = tokens! {
        const ACCEPTS: &'static #krate::Accepts = <#inner as #krate::Decode<'__de>>::ACCEPTS;

        #[inline]
        fn decode_data(
            constructor: #krate::Constructor<'__de>,
            reader: &mut #krate::Reader<'__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            #read.map(Self)
        }

        #[inline]
        fn absent() -> ::core::option::Option<Self> {
            <#inner as #krate::Decode<'__de>>::absent().map(Self)
        }
    };
    if model.decode_with.is_none() {
        decode.extend(shortcuts(model));
    }
    impls(model, &encode, &decode)
}

/// What the inner type can do in a way of its own, where it alone reads.
fn shortcuts(model: &Newtype<'_>) -> TokenStream {
    let Newtype { item, inner, .. } = model;
    let krate = &item.krate;
    tokens! {
        #[inline]
        fn glance(
            octets: &'__de [::core::primitive::u8],
        ) -> ::core::option::Option<(Self, &'__de [::core::primitive::u8])> {
            <#inner as #krate::Decode<'__de>>::glance(octets)
                .map(|(value, rest)| (Self(value), rest))
        }

        #[inline]
        fn decode(
            reader: &mut #krate::Reader<'__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            <#inner as #krate::Decode<'__de>>::decode(reader).map(Self)
        }

        #[inline]
        fn decode_items(
            constructor: #krate::Constructor<'__de>,
            count: ::core::primitive::usize,
            reader: &mut #krate::Reader<'__de>,
        ) -> ::core::result::Result<#krate::derived::Vec<Self>, #krate::Failed> {
            <#inner as #krate::Decode<'__de>>::decode_items(constructor, count, reader)
                .map(|items| ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                    ::core::iter::IntoIterator::into_iter(items),
                    Self,
                )))
        }

        #[inline]
        fn check_items(
            constructor: #krate::Constructor<'__de>,
            count: ::core::primitive::usize,
            reader: &mut #krate::Reader<'__de>,
        ) -> ::core::result::Result<(), #krate::Failed> {
            <#inner as #krate::Decode<'__de>>::check_items(constructor, count, reader)
        }
    }
}

/// What reads the data of the inner type.
fn read(model: &Newtype<'_>) -> TokenStream {
    let Newtype { item, inner, .. } = model;
    let krate = &item.krate;
    match &model.decode_with {
        Some(function) => {
            tokens!(#krate::derived::read_with::<#inner>(#function, constructor, reader))
        }
        None => tokens!(<#inner as #krate::Decode<'__de>>::decode_data(constructor, reader)),
    }
}

fn described(model: &Newtype<'_>, descriptor: &Descriptor) -> TokenStream {
    let Newtype { item, inner, .. } = model;
    let krate = &item.krate;
    let read = read(model);
    let mut output = descriptor.implement(item);
    let encode = tokens! {
        const MAX_LEN: ::core::option::Option<::core::primitive::usize> =
            #krate::derived::described_len(
                &<Self as #krate::Described>::DESCRIPTOR,
                <#inner as #krate::Encode>::MAX_LEN,
            );

        #[inline]
        fn encode(&self, writer: &mut #krate::Writer<'_>) {
            writer.descriptor(&<Self as #krate::Described>::DESCRIPTOR);
            <#inner as #krate::Encode>::encode(&self.0, writer);
        }
    };
    let mut decode = tokens! {
        const ACCEPTS: &'static #krate::Accepts =
            &#krate::Accepts::described(<Self as #krate::Described>::DESCRIPTOR);

        #[inline]
        fn decode_data(
            constructor: #krate::Constructor<'__de>,
            reader: &mut #krate::Reader<'__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            #krate::derived::described(
                constructor,
                <Self as #krate::Decode<'__de>>::ACCEPTS,
                reader,
                |constructor, reader| #read,
            )
            .map(Self)
        }
    };
    if model.decode_with.is_none() {
        decode.extend(tokens! {
            #[inline]
            fn decode(
                reader: &mut #krate::Reader<'__de>,
            ) -> ::core::result::Result<Self, #krate::Failed> {
                let descriptor = &<Self as #krate::Described>::DESCRIPTOR;
                if !#krate::derived::behind_descriptor(descriptor, reader) {
                    return #krate::derived::decode_rare(reader);
                }
                let inner = <#inner as #krate::Decode<'__de>>::decode(reader)?;
                reader.ascend();
                ::core::result::Result::Ok(Self(inner))
            }
        });
    }
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
        fn encode_data(
            &self,
            format: #krate::Format,
            writer: &mut #krate::Writer<'_>,
        ) -> ::core::primitive::bool {
            <#inner as #krate::ArrayItem>::encode_data(&self.0, format, writer)
        }
    };
    item.implement(&tokens!(#krate::ArrayItem), &bounds, &body)
}

//! `impl Decode` for a composite.

use proc_macro2::TokenStream;

use super::{default, on_wire};
use crate::adapters::Decoding;
use crate::item::tokens;
use crate::model::{Composite, Field, Presence, Source};

pub(super) fn expand(model: &Composite<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let accepts = match (&model.descriptor, model.source) {
        (Some(_), _) => tokens!(described(<Self as #krate::Described>::DESCRIPTOR)),
        (None, Source::List) => tokens!(primitive(#krate::Primitive::List)),
        (None, _) => tokens!(primitive(#krate::Primitive::Map)),
    };
    let decode = match model.source {
        Source::List => {
            let fields = tokens!(#krate::derived::DecodeFields<'__de>);
            let described = model.descriptor.as_ref().map(|_| {
                let descriptor = tokens!(&<Self as #krate::Described>::DESCRIPTOR);
                let empty = model.fields.is_empty().then(|| {
                    tokens! {
                        if reader.take_empty_list(#descriptor) {
                            return ::core::result::Result::Ok(Self {});
                        }
                    }
                });
                tokens! {
                    #[inline(always)]
                    fn decode(
                        reader: &mut #krate::Reader<'_, '__de>,
                    ) -> ::core::result::Result<Self, #krate::Failed> {
                        #empty
                        <Self as #fields>::decode_fields(reader.begin_described_list(
                            #descriptor,
                            <Self as #krate::Decode<'__de>>::ACCEPTS,
                            <Self as #fields>::NAMES,
                        )?)
                    }
                }
            });
            tokens! {
                #[inline]
                fn decode_value(
                    constructor: #krate::Constructor<'__de>,
                    reader: &mut #krate::Reader<'_, '__de>,
                ) -> ::core::result::Result<Self, #krate::Failed> {
                    <Self as #fields>::decode_fields(reader.begin_list(
                        constructor,
                        <Self as #krate::Decode<'__de>>::ACCEPTS,
                        <Self as #fields>::NAMES,
                    )?)
                }

                #described
            }
        }
        _ => map(model),
    };
    let body = tokens! {
        const ACCEPTS: &'static #krate::Accepts = &#krate::Accepts::#accepts;

        #decode
    };
    let bounds = bounds(model);
    let mut output = model.item.implement_decode(&bounds, &body);
    if model.source == Source::List {
        output.extend(model.item.implement_for_de(
            &tokens!(#krate::derived::DecodeFields<'__de>),
            &bounds,
            &list(model),
        ));
    }
    output
}

fn list(model: &Composite<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let values = model.fields.iter().map(|field| {
        let Field { ty, presence, .. } = field;
        let local = local(field);
        let value = match (decoding(model, field), presence) {
            (_, Presence::Skip) => default(ty, None),
            (Some(Decoding { null, decode }), _) => {
                tokens!(fields.next_with::<#ty>(#null, #decode)?)
            }
            (None, Presence::Plain) => model.item.checked(ty).field(tokens!(fields.next()?)),
            (None, Presence::Default(expression)) => {
                let default = default(ty, expression.as_ref());
                let checked = model.item.checked(ty);
                let default = checked.of(tokens!({ let default: #ty = #default; default }));
                checked.field(tokens!(fields.next_or(|| #default)?))
            }
        };
        tokens!(let #local: #ty = #value;)
    });
    let takes = model.fields.iter().map(|field| {
        let (ident, local) = (field.ident, local(field));
        tokens!(#ident: #local,)
    });
    let end = model.strict.then(|| tokens!(fields.end()?;));
    let names = names(model);
    tokens! {
        const NAMES: &'static #krate::compound::FieldNames = #names;

        #[inline(always)]
        fn decode_fields(
            mut fields: #krate::compound::ListReader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            #(#values)*
            #end
            fields.finish()?;
            ::core::result::Result::Ok(Self { #(#takes)* })
        }
    }
}

fn map(model: &Composite<'_>) -> TokenStream {
    let krate = &model.item.krate;
    let some = tokens!(::core::option::Option);
    let places = on_wire(model).map(|field| {
        let (local, ty) = (local(field), read_as(model, field));
        tokens!(let mut #local: #some<#ty> = #some::None;)
    });
    let arms = (0..).zip(on_wire(model)).map(|(index, field)| {
        let (local, ty, place) = (local(field), read_as(model, field), place(index));
        let key = syn::LitByteStr::new(field.name.value().as_bytes(), field.name.span());
        match decoding(model, field) {
            Some(Decoding { null, decode }) => {
                tokens!(#key => fields.value_with::<#ty>(#place, &mut #local, #null, #decode)?,)
            }
            None => tokens!(#key => fields.value(#place, &mut #local)?,),
        }
    });
    let mut indices = 0..;
    let takes = model.fields.iter().map(|field| {
        let Field { ident, ty, presence, .. } = field;
        let local = local(field);
        let place = match presence {
            Presence::Skip => None,
            _ => indices.next().map(place),
        };
        let take = tokens!(fields.take(#place, #local)?);
        let take = match (decoding(model, field), presence) {
            (_, Presence::Skip) => default(ty, None),
            (Some(Decoding { null, .. }), _) => {
                tokens!(fields.take_or::<#ty>(#place, #local, #null)?)
            }
            (None, Presence::Plain) => model.item.checked(ty).field(take),
            (None, Presence::Default(expression)) => {
                let default = default(ty, expression.as_ref());
                let checked = model.item.checked(ty);
                let default = checked.of(tokens!({ let default: #ty = #default; default }));
                checked.field(tokens!(#take.unwrap_or_else(|| #default)))
            }
        };
        tokens!(#ident: #take,)
    });
    let names = on_wire(model).next().map(|_| {
        let names = names(model);
        tokens!(let names = const { #names };)
    });
    let unknown = if model.strict { tokens!(unknown_strict) } else { tokens!(unknown) };
    tokens! {
        #[inline]
        fn decode_value(
            constructor: #krate::Constructor<'__de>,
            reader: &mut #krate::Reader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            let accepts = <Self as #krate::Decode<'__de>>::ACCEPTS;
            reader.map_fields(constructor, accepts, |fields| {
                #names
                #(#places)*
                while let #some::Some(key) = fields.next_key()? {
                    match key {
                        #(#arms)*
                        _ => fields.#unknown()?,
                    }
                }
                ::core::result::Result::Ok(Self { #(#takes)* })
            })
        }
    }
}

/// The names of the fields, in the order in which they are numbered: that of `on_wire`.
fn names(model: &Composite<'_>) -> TokenStream {
    crate::expand::names(&model.item, &model.name, on_wire(model).map(|field| &field.name))
}

/// The field for errors.
fn place(index: usize) -> TokenStream {
    tokens!(names.at(#index))
}

/// The variable that holds a field until all have been read. Its name is hygienic.
fn local(field: &Field<'_>) -> syn::Ident {
    let mut local = quote::format_ident!("field_{}", field.ident);
    local.set_span(proc_macro2::Span::mixed_site());
    local
}

/// How a field is decoded, if a function does it.
fn decoding(model: &Composite<'_>, field: &Field<'_>) -> Option<Decoding> {
    let default = match &field.presence {
        Presence::Default(expression) => Some(default(field.ty, expression.as_ref())),
        _ => None,
    };
    field.adapters.decoding(field.ty, default.as_ref(), &model.item)
}

/// The type that a field is decoded as: null means its default.
fn read_as(model: &Composite<'_>, field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    if field.adapters.decode.is_some() {
        return tokens!(#ty);
    }
    let checked = model.item.checked(ty).ty();
    match field.presence {
        Presence::Default(_) => tokens!(::core::option::Option<#checked>),
        _ => checked,
    }
}

fn bounds(model: &Composite<'_>) -> Vec<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let read = on_wire(model).filter(|field| field.adapters.decode.is_none());
    let read = read.map(|field| field.ty);
    let mut bounds = item.bounds(read, &tokens!(#krate::Decode<'__de>));
    let computed = model
        .fields
        .iter()
        .filter(|field| matches!(field.presence, Presence::Default(None) | Presence::Skip));
    bounds.extend(
        item.bounds_from(computed.map(|field| field.ty), &tokens!(::core::default::Default)),
    );
    bounds
}

//! A whole message: each field is written to its section, and read from it.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, LitByteStr, LitStr, Type};

use crate::adapters::Decoding;
use crate::faults::any_of;
use crate::item::tokens;
use crate::model::{Message, PROPERTIES, Part, Role, SECTIONS};

pub(crate) fn expand(model: &Message<'_>) -> TokenStream {
    let mut output = encode(model);
    output.extend(decode(model));
    output.extend(assertions(model));
    output
}

fn encode(model: &Message<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    // In the standard's order, whatever the order of the fields.
    let [header, delivery, message, properties, application, footer] =
        SECTIONS.map(|(name, _)| encode_section(model, name));
    let annotations = encode_entries(model, "message_annotations", |role| match role {
        Role::Annotation(key) => Some(tokens!(#krate::derived::SymbolKey(#key))),
        _ => None,
    });
    let application_properties = encode_entries(model, "application_properties", application_key);
    let single = encode_properties(model);
    let body = model.parts.iter().filter_map(|part| encode_body(model, part));
    let lines: TokenStream = [header, delivery, message, annotations]
        .into_iter()
        .chain([properties, single, application, application_properties])
        .flatten()
        .chain(body)
        .chain(footer)
        .collect();
    let writer = if lines.is_empty() { tokens!(_) } else { tokens!(writer) };
    let body = tokens! {
        fn encode_message(
            &self,
            #writer: &mut #krate::messaging::MessageWriter<'_>,
        ) -> ::core::result::Result<(), #krate::EncodeError> {
            #lines
            ::core::result::Result::Ok(())
        }
    };
    item.implement(&tokens!(#krate::messaging::EncodeMessage), &encode_bounds(model), &body)
}

/// Writes a field that is a whole section, if there is one for this section.
fn encode_section(model: &Message<'_>, section: &str) -> Option<TokenStream> {
    let part = model.parts.iter().find(|part| part.is_section(section))?;
    let section = name(section);
    Some(encode_present(part, |value| {
        let value = model.item.checked(part.inner()).by_ref(value);
        tokens!(writer.#section(#value);)
    }))
}

fn encode_body(model: &Message<'_>, part: &Part<'_>) -> Option<TokenStream> {
    match part.role {
        Role::Body => {
            let krate = &model.item.krate;
            let writer = tokens!(#krate::messaging::MessageWriter);
            let value = encoded(model, part);
            Some(tokens!(#writer::value(writer, #value);))
        }
        Role::Data => {
            let ty = part.inner();
            Some(encode_present(part, |octets| tokens!(writer.data::<#ty>(#octets);)))
        }
        _ => None,
    }
}

/// Returns a reference to the value that is encoded for a field.
fn encoded(model: &Message<'_>, part: &Part<'_>) -> TokenStream {
    let Part { ident, ty, adapters, .. } = part;
    adapters.encoded(&tokens!(self.#ident), ty, &model.item)
}

/// Writes a field, unless it is `None`.
fn encode_present(part: &Part<'_>, write: impl Fn(TokenStream) -> TokenStream) -> TokenStream {
    let ident = part.ident;
    match part.optional {
        Some(_) => {
            let write = write(tokens!(value));
            tokens! {
                if let ::core::option::Option::Some(value) = &self.#ident {
                    #write
                }
            }
        }
        None => write(tokens!(&self.#ident)),
    }
}

/// Writes the fields that are properties, in the standard's order.
fn encode_properties(model: &Message<'_>) -> Option<TokenStream> {
    let krate = &model.item.krate;
    let mut lines = TokenStream::new();
    for part in properties(model)? {
        lines.extend(match part {
            Some(part) => {
                let value = encoded(model, part);
                tokens!(fields.next(#value);)
            }
            None => tokens!(fields.next::<()>(&());),
        });
    }
    Some(tokens!(#krate::derived::EntryWriter(writer).properties(|fields| { #lines });))
}

/// Writes the fields that are entries of a section that is a map.
fn encode_entries(
    model: &Message<'_>,
    section: &str,
    key: impl Fn(&Role) -> Option<TokenStream>,
) -> Option<TokenStream> {
    let (krate, section) = (&model.item.krate, name(section));
    let lines = model.parts.iter().filter_map(|part| {
        let (key, value) = (key(&part.role)?, encoded(model, part));
        Some(tokens!(entries.entry(&#key, #value);))
    });
    let lines: TokenStream = lines.collect();
    (!lines.is_empty())
        .then(|| tokens!(#krate::derived::EntryWriter(writer).#section(|entries| { #lines });))
}

fn application_key(role: &Role) -> Option<TokenStream> {
    match role {
        Role::ApplicationProperty(key) => Some(tokens!(#key)),
        _ => None,
    }
}

fn decode(model: &Message<'_>) -> TokenStream {
    let (item, krate) = (&model.item, &model.item.krate);
    let is_named = |part: &Part<'_>| !matches!(part.role, Role::Property(_) | Role::Skip);
    let names = model.parts.iter().any(is_named).then(|| {
        let names = super::names(item, &model.name, model.parts.iter().map(|part| &part.name));
        tokens!(let names = const { #names };)
    });
    // In the standard's order, so that the first error in the message is the one returned.
    let parts = |is_body: bool| {
        let parts = model.parts.iter().enumerate();
        let parts =
            parts.filter(move |(_, part)| matches!(part.role, Role::Body | Role::Data) == is_body);
        parts.filter_map(|(index, part)| decode_part(model, index, part))
    };
    let lines: TokenStream = parts(false)
        .chain(decode_entries(model, "message_annotations", |role| match role {
            Role::Annotation(key) => Some(key),
            _ => None,
        }))
        .chain(decode_properties(model))
        .chain(decode_entries(model, "application_properties", |role| match role {
            Role::ApplicationProperty(key) => Some(key),
            _ => None,
        }))
        .chain(parts(true))
        .collect();
    let fields = model.parts.iter().map(|part| {
        let (ident, local) = (part.ident, local(part));
        tokens!(#ident: #local,)
    });
    let is_read = model.parts.iter().any(|part| !matches!(part.role, Role::Skip));
    let (message, start) = if is_read {
        (tokens!(message), tokens!(let message = #krate::derived::MessageReader(message);))
    } else {
        (tokens!(_), TokenStream::new())
    };
    let body = tokens! {
        fn decode_message(
            #message: #krate::messaging::MessageRef<'__de>,
        ) -> ::core::result::Result<Self, #krate::DecodeError> {
            #start
            #names
            #lines
            ::core::result::Result::Ok(Self { #(#fields)* })
        }
    };
    let of = tokens!(#krate::messaging::DecodeMessage<'__de>);
    item.implement_for_de(&of, &decode_bounds(model), &body)
}

/// Reads a field that is a whole section or the body, or that is not part of the message.
fn decode_part(model: &Message<'_>, index: usize, part: &Part<'_>) -> Option<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let (local, ty, inner) = (local(part), part.ty, part.inner());
    let mandatory = |value: TokenStream| match part.optional {
        Some(_) => value,
        None => tokens! {
            #krate::derived::MessageReader::mandatory::<#inner>(#value, names.at(#index))?
        },
    };
    let value = match part.role {
        Role::Section(..) => {
            let section = item.checked(inner);
            let (of, same) = (section.ty(), section.make(tokens!(::core::convert::identity)));
            mandatory(tokens!(message.section::<#of>(names.at(#index))?.map(#same)))
        }
        Role::Data => mandatory(tokens!(message.data::<#inner>(names.at(#index))?)),
        Role::Body => match part.adapters.decoding(ty, None, &model.item) {
            Some(Decoding { null, decode }) => {
                tokens!(message.value_with::<#ty>(names.at(#index), #null, #decode)?)
            }
            None => item.checked(ty).field(tokens!(message.value(names.at(#index))?)),
        },
        Role::Skip => tokens!(<#ty as ::core::default::Default>::default()),
        Role::Property(..) | Role::ApplicationProperty(_) | Role::Annotation(_) => return None,
    };
    Some(tokens!(let #local: #ty = #value;))
}

/// Reads the fields that are properties, in the standard's order.
fn decode_properties(model: &Message<'_>) -> Option<TokenStream> {
    let parts = properties(model)?;
    let names = parts.iter().zip(PROPERTIES).map(|(part, property)| match part {
        Some(part) => part.name.clone(),
        None => LitStr::new(&property.name.replace('_', "-"), Span::call_site()),
    });
    let names = super::names(&model.item, &model.name, names.collect::<Vec<_>>().iter());
    let lines = parts.iter().map(|part| match part {
        Some(part) => {
            let (local, ty) = (local(part), part.ty);
            match part.adapters.decoding(ty, None, &model.item) {
                Some(Decoding { null, decode }) => {
                    tokens!(let #local = fields.next_with::<#ty>(#null, #decode)?;)
                }
                None => {
                    let value = model.item.checked(ty).field(tokens!(fields.next()?));
                    tokens!(let #local: #ty = #value;)
                }
            }
        }
        None => tokens!(fields.skip()?;),
    });
    let locals = || parts.iter().flatten().map(|part| local(part));
    let (one, other) = (locals(), locals());
    Some(tokens! {
        let (#(#one,)*) = message.properties(const { #names }, |fields| {
            #(#lines)*
            ::core::result::Result::Ok((#(#other,)*))
        })?;
    })
}

/// Reads the fields that are entries of a section that is a map, which is walked once.
fn decode_entries(
    model: &Message<'_>,
    section: &str,
    key: impl Fn(&Role) -> Option<&LitStr>,
) -> Option<TokenStream> {
    let some = tokens!(::core::option::Option);
    let parts = || {
        let parts = model.parts.iter().enumerate();
        parts.filter_map(|(index, part)| Some((index, part, key(&part.role)?)))
    };
    parts().next()?;
    let places = parts().map(|(_, part, _)| {
        let (local, ty) = (local(part), part.ty);
        let ty = match part.adapters.decode {
            Some(_) => tokens!(#ty),
            None => model.item.checked(ty).ty(),
        };
        tokens!(let mut #local: #some<#ty> = #some::None;)
    });
    let arms = parts().map(|(index, part, key)| {
        let (local, ty) = (local(part), part.ty);
        let key = LitByteStr::new(key.value().as_bytes(), key.span());
        let place = tokens!(names.at(#index));
        match part.adapters.decoding(ty, None, &model.item) {
            Some(Decoding { null, decode }) => {
                tokens!(#key => entries.value_with::<#ty>(#place, &mut #local, #null, #decode)?,)
            }
            None => tokens!(#key => entries.value(#place, &mut #local)?,),
        }
    });
    let takes = parts().map(|(index, part, _)| {
        let (local, ty) = (local(part), part.ty);
        match part.adapters.decoding(ty, None, &model.item) {
            Some(Decoding { null, .. }) => {
                tokens!(entries.take_or::<#ty>(names.at(#index), #local, #null)?,)
            }
            None => {
                let value = tokens!(entries.take(names.at(#index), #local)?);
                let value = model.item.checked(ty).field(value);
                tokens!(#value,)
            }
        }
    });
    let (section, locals) = (name(section), parts().map(|(_, part, _)| local(part)));
    Some(tokens! {
        let (#(#locals,)*) = message.#section(|entries| {
            #(#places)*
            while let #some::Some(key) = entries.next_key()? {
                match key {
                    #(#arms)*
                    _ => entries.unknown()?,
                }
            }
            ::core::result::Result::Ok((#(#takes)*))
        })?;
    })
}

/// The fields that are properties, in the standard's order, up to the last one that is a field.
fn properties<'m>(model: &'m Message<'m>) -> Option<Vec<Option<&'m Part<'m>>>> {
    let find = |name: &str| {
        let is = |part: &&Part<'_>| matches!(&part.role, Role::Property(it) if it.name == name);
        model.parts.iter().find(is)
    };
    let mut parts: Vec<_> = PROPERTIES.iter().map(|property| find(property.name)).collect();
    while let Some(None) = parts.last() {
        parts.pop();
    }
    (!parts.is_empty()).then_some(parts)
}

/// Asserts that the types of fields are what the standard allows at their places. A type that depends
/// on a parameter is not known here.
fn assertions(model: &Message<'_>) -> TokenStream {
    let is_known = |part: &&Part<'_>| !part.adapters.is_any() && !model.item.is_generic(part.ty);
    let parts = model.parts.iter().filter(is_known);
    parts.filter_map(|part| assertion(model, part)).collect()
}

fn assertion(model: &Message<'_>, part: &Part<'_>) -> Option<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let ident = part.ident;
    let forever = item.checked(part.ty).for_ever();
    let accepts = tokens!(<#forever as #krate::Decode<'static>>::ACCEPTS);
    let (is_right, message) = match &part.role {
        Role::Section(section, of) => {
            let (forever, of) = (item.checked(part.inner()).for_ever(), name(of));
            let descriptor = tokens!(<#krate::messaging::#of as #krate::Described>::DESCRIPTOR);
            (
                tokens!(<#forever as #krate::Described>::DESCRIPTOR.overlaps(&#descriptor)),
                format!(
                    "the type of `{ident}` is not that of the section `{section}`: use `{of}`, or a \
                     type with the same descriptor"
                ),
            )
        }
        Role::Property(property) => {
            let types = property.types.iter().map(|ty| name(ty));
            (
                tokens!(#accepts.is_within(
                    &#krate::Accepts::primitive(#krate::Primitive::Null)
                        #(.or(#krate::Primitive::#types))*
                )),
                format!(
                    "the type of `{ident}` is not that of the property `{}`: expected {}",
                    property.name,
                    any_of(property.types).to_lowercase(),
                ),
            )
        }
        Role::ApplicationProperty(_) => (
            tokens!(#accepts.is_within(&#krate::Accepts::SIMPLE)),
            format!(
                "the type of `{ident}` is not simple: an application property cannot be a list, \
                 map, array or described value (section 3.2.5)"
            ),
        ),
        Role::Annotation(_) | Role::Body | Role::Data | Role::Skip => return None,
    };
    Some(quote_spanned! {part.ty.span().resolved_at(Span::mixed_site())=>
        const _: () = ::core::assert!(#is_right, #message);
    })
}

/// The variable that holds what is read of a field. Its name is hygienic.
fn local(part: &Part<'_>) -> Ident {
    let mut local = format_ident!("field_{}", part.ident);
    local.set_span(Span::mixed_site());
    local
}

fn name(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn encode_bounds(model: &Message<'_>) -> Vec<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let bound = |part: &Part<'_>| match part.role {
        Role::Section(..) => {
            item.bounds([part.inner()], &tokens!(#krate::Encode + #krate::Described))
        }
        Role::Data => item.bounds([part.inner()], &tokens!(#krate::messaging::DataBody)),
        Role::Skip => Vec::new(),
        _ if part.adapters.encode.is_some() => Vec::new(),
        _ => item.bounds([part.ty], &tokens!(#krate::Encode)),
    };
    model.parts.iter().flat_map(bound).collect()
}

fn decode_bounds(model: &Message<'_>) -> Vec<TokenStream> {
    let (item, krate) = (&model.item, &model.item.krate);
    let bound = |part: &Part<'_>| {
        let (types, of): (&[&Type], _) = match part.role {
            Role::Section(..) => {
                (&[part.inner()], tokens!(#krate::Decode<'__de> + #krate::Described))
            }
            Role::Data => (&[part.inner()], tokens!(#krate::messaging::FromDataBody<'__de>)),
            Role::Skip => return item.bounds_from([part.ty], &tokens!(::core::default::Default)),
            _ if part.adapters.decode.is_some() => return Vec::new(),
            _ => (&[part.ty], tokens!(#krate::Decode<'__de>)),
        };
        item.bounds(types.iter().copied(), &of)
    };
    model.parts.iter().flat_map(bound).collect()
}

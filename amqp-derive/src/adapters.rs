//! `decode_with` and `encode_with` on a field: functions in place of the field type's own encoding.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Path, Type};

use crate::attribute::Entries;
use crate::faults::Faults;
use crate::field_type::{self, inside_option};
use crate::item::{Item, tokens};

/// The functions of a field. They are for the type inside an `Option`, which is `None` for null.
pub(crate) struct Adapters {
    pub(crate) decode: Option<Path>,
    pub(crate) encode: Option<Path>,
}

impl Adapters {
    pub(crate) const KEYS: [&str; 2] = ["decode_with", "encode_with"];

    pub(crate) fn read(entries: &Entries, faults: &mut Faults) -> Self {
        let [decode, encode] = Self::KEYS;
        let mut function =
            |key: &str, form: &str| entries.get(key).and_then(|entry| entry.function(form, faults));
        Self {
            decode: function(decode, "seconds::decode"),
            encode: function(encode, "seconds::encode"),
        }
    }

    /// Refuses the keys on a field of which no function can be a part.
    pub(crate) fn refuse(entries: &Entries, why: &str, faults: &mut Faults) {
        for entry in Self::KEYS.iter().filter_map(|key| entries.get(key)) {
            let key = &entry.key;
            faults.at(key, format_args!("`{key}` has no meaning here: {why}"));
        }
    }

    /// Checks the type of a field, unless both functions take its place.
    pub(crate) fn check(entries: &Entries, ty: &Type, item: &Item<'_>, faults: &mut Faults) {
        let [decode, encode] = Self::KEYS;
        let (given, missing) = match (entries.get(decode), entries.get(encode)) {
            (Some(_), Some(_)) => return,
            (None, None) => return field_type::check(ty, item, faults),
            (Some(given), None) => (given, encode),
            (None, Some(given)) => (given, decode),
        };
        let mut of_type = Faults::default();
        field_type::check(ty, item, &mut of_type);
        if of_type.count() > 0 {
            let why = "because the type of the field is not an AMQP type";
            faults.at(&given.key, format_args!("`{missing}` is missing, which is needed {why}"));
        }
    }

    pub(crate) const fn is_any(&self) -> bool {
        self.decode.is_some() || self.encode.is_some()
    }

    /// Returns a reference to the value of a field that is encoded.
    pub(crate) fn encoded(&self, value: &TokenStream, ty: &Type, item: &Item<'_>) -> TokenStream {
        let krate = &item.krate;
        let Some(function) = &self.encode else { return item.checked(ty).by_ref(tokens!(&#value)) };
        let with = |value| {
            let call = call(function, tokens!(#value, writer));
            tokens!(#krate::derived::EncodeWith(|writer: &mut #krate::Writer<'_>| #call))
        };
        match inside_option(ty) {
            Some(_) => {
                let with = with(tokens!(value));
                tokens!(&::core::option::Option::as_ref(&#value).map(|value| #with))
            }
            None => {
                let with = with(tokens!(&#value));
                tokens!(&#with)
            }
        }
    }

    /// Returns the arguments of the library's functions for a field that is decoded by a function: what
    /// null is decoded as, and the function.
    pub(crate) fn decoding(
        &self,
        ty: &Type,
        default: Option<&TokenStream>,
        item: &Item<'_>,
    ) -> Option<Decoding> {
        let krate = &item.krate;
        let function = self.decode.as_ref()?;
        let (some, is_optional) =
            (tokens!(::core::option::Option::Some), inside_option(ty).is_some());
        let call = call(function, tokens!(constructor, reader));
        let call = if is_optional { tokens!(#call.map(#some)) } else { call };
        let null = match default {
            Some(default) => tokens!(#some(#default)),
            None if is_optional => tokens!(#some(::core::option::Option::None)),
            // The type encodes itself, and null may be one of its values.
            None if self.encode.is_none() && !item.is_generic(ty) => {
                tokens!(<#ty as #krate::Decode<'__de>>::absent())
            }
            None => tokens!(::core::option::Option::None),
        };
        Some(Decoding { null: tokens!(|| #null), decode: tokens!(|constructor, reader| #call) })
    }
}

/// How a field is decoded by a function.
pub(crate) struct Decoding {
    /// A closure that returns what null is decoded as, if it is allowed.
    pub(crate) null: TokenStream,
    /// A closure that decodes any other value.
    pub(crate) decode: TokenStream,
}

/// A call of a function of the user. An error about its signature is at its name.
fn call(function: &Path, arguments: TokenStream) -> TokenStream {
    let span = function.span().resolved_at(Span::mixed_site());
    let arguments = arguments.into_iter().map(|mut argument| {
        argument.set_span(span);
        argument
    });
    quote_spanned!(span=> #function(#(#arguments)*))
}

//! The attribute `#[amqp(...)]` as keys with values, before they are given a meaning.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Attribute, Expr, Ident, Meta, Token, token};

use crate::faults::{Faults, all_of};
use crate::key::Place;
use crate::nearest::nearest;

/// A key, and what is after its `=`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Option<TokenStream>,
}

/// The keys at one place. All of them are allowed there, and each appears once.
pub(crate) struct Entries(Vec<Entry>);

impl Entries {
    /// Reads the attributes of an item, field or variant.
    pub(crate) fn read(attributes: &[Attribute], place: &Place, faults: &mut Faults) -> Self {
        let mut entries = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("amqp")) {
            match &attribute.meta {
                Meta::List(list) => {
                    let parsed = list.parse_args_with(|input: ParseStream<'_>| {
                        parse(input, &mut entries, faults)
                    });
                    if let Err(fault) = parsed {
                        faults.add(fault);
                    }
                }
                other => faults.at(other, "expected `#[amqp(...)]` with keys in parentheses"),
            }
        }
        let mut known = Self(Vec::new());
        for entry in entries {
            known.insert(entry, place, faults);
        }
        known
    }

    fn insert(&mut self, entry: Entry, place: &Place, faults: &mut Faults) {
        let key = entry.key.to_string();
        if !place.keys.contains(&key.as_str()) {
            faults.at(&entry.key, refusal(&key, place));
        } else if self.0.iter().any(|other| other.key == entry.key) {
            faults.at(&entry.key, format_args!("duplicate key `{key}`"));
        } else {
            self.0.push(entry);
        }
    }

    /// Returns all entries, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// Returns the entry of a key, if there is one.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.key == key)
    }
}

/// Returns why a key is not allowed here, and which ones are.
fn refusal(key: &str, place: &Place) -> String {
    let Place { what, keys, refused } = place;
    if let Some((_, why)) = refused.iter().find(|(other, _)| *other == key) {
        return format!("`{key}` has no meaning on {what}: {why}");
    }
    let meant = match nearest(key, keys) {
        Some(meant) => format!(", did you mean `{meant}`?"),
        None => String::from(":"),
    };
    match keys {
        [] => format!("unknown key `{key}`: {what} takes no keys"),
        keys => format!("unknown key `{key}`{meant} {what} takes {}", all_of(keys)),
    }
}

/// Reads `key`, `key = value`, ... and continues after the next comma after a mistake.
fn parse(input: ParseStream<'_>, entries: &mut Vec<Entry>, faults: &mut Faults) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Ident::peek_any) {
            entries.extend(entry(input, faults)?);
        } else {
            faults.at(skip(input)?, "expected a key, such as `name`");
        }
        if input.parse::<Option<Token![,]>>()?.is_none() && !input.is_empty() {
            let next = input.fork().parse::<TokenTree>()?;
            faults.at(&next, format_args!("expected `,` before `{next}`"));
            if !input.peek(Ident::peek_any) {
                skip(input)?;
            }
        }
    }
    Ok(())
}

/// Takes a key, and its value if there is one.
fn entry(input: ParseStream<'_>, faults: &mut Faults) -> syn::Result<Option<Entry>> {
    let key = Ident::parse_any(input)?;
    if let Some(equals) = input.parse::<Option<Token![=]>>()? {
        let value = value(input)?;
        if value.is_empty() {
            faults.at(equals, format_args!("expected a value after `{key} =`"));
            return Ok(None);
        }
        return Ok(Some(Entry { key, value: Some(value) }));
    }
    if input.peek(token::Paren) {
        faults.at(skip(input)?, format_args!("expected `{key} = ...`"));
        return Ok(None);
    }
    Ok(Some(Entry { key, value: None }))
}

/// Takes the value of a key: an expression, or whatever else goes to the next comma.
fn value(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    // Only an expression knows which commas are between the arguments of a type. A word after it
    // is the next key, and the comma before that was forgotten.
    let ahead = input.fork();
    if let Ok(expression) = ahead.parse::<Expr>()
        && (ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Ident::peek_any))
    {
        input.advance_to(&ahead);
        return Ok(expression.into_token_stream());
    }
    skip(input)
}

/// Takes everything up to the next comma.
fn skip(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut skipped = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        skipped.extend([input.parse::<TokenTree>()?]);
    }
    Ok(skipped)
}

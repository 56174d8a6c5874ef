//! Parsing the values of keys.

use proc_macro2::{Literal, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, LitBool, LitByteStr, LitInt, LitStr, Path, Token};

use crate::attribute::Entry;
use crate::faults::{Faults, any_of};
use crate::nearest::nearest;

/// A number as it is written, with its sign.
pub(crate) struct Integer {
    pub(crate) value: i128,
    minus: Option<Token![-]>,
    span: Span,
}

impl Parse for Integer {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let minus: Option<Token![-]> = input.parse()?;
        let literal: LitInt = input.parse()?;
        let value: i128 = literal.base10_parse()?;
        let value = if minus.is_some() { -value } else { value };
        Ok(Self { value, minus, span: literal.span() })
    }
}

impl Entry {
    /// Parses the value. For messages, `form` is an example of it and `kind` names its kind.
    fn parsed<T: Parse>(&self, form: &str, kind: &str, faults: &mut Faults) -> Option<T> {
        let key = &self.key;
        let Some(value) = &self.value else {
            faults.at(key, format_args!("`{key}` needs a value: `{key} = {form}`"));
            return None;
        };
        match T::parse.parse2(value.clone()) {
            Ok(parsed) => Some(parsed),
            Err(_) => {
                faults.at(value, format_args!("expected {kind}: `{key} = {form}`"));
                None
            }
        }
    }

    /// A string that is not empty.
    pub(crate) fn string(&self, form: &str, faults: &mut Faults) -> Option<LitStr> {
        let text: LitStr = self.parsed(form, "a string", faults)?;
        if text.value().is_empty() {
            faults.at(&text, format_args!("`{}` cannot be empty", self.key));
            return None;
        }
        Some(text)
    }

    /// A string that may be empty.
    pub(crate) fn text(&self, form: &str, faults: &mut Faults) -> Option<LitStr> {
        self.parsed(form, "a string", faults)
    }

    /// A string that can be a symbol.
    pub(crate) fn symbol(&self, form: &str, faults: &mut Faults) -> Option<LitStr> {
        let text = self.string(form, faults)?;
        ascii(&text, faults).then_some(text)
    }

    pub(crate) fn integer(&self, form: &str, faults: &mut Faults) -> Option<Integer> {
        self.parsed(form, "a whole number", faults)
    }

    pub(crate) fn boolean(&self, form: &str, faults: &mut Faults) -> Option<LitBool> {
        self.parsed(form, "`true` or `false`", faults)
    }

    pub(crate) fn octets(&self, form: &str, faults: &mut Faults) -> Option<LitByteStr> {
        self.parsed(form, "a byte string", faults)
    }

    /// The name of a type, or `Self`.
    pub(crate) fn type_name(&self, form: &str, faults: &mut Faults) -> Option<Ident> {
        let Some(value) = &self.value else {
            return self.parsed(form, "", faults);
        };
        let parsed = Ident::parse_any.parse2(value.clone());
        if parsed.is_err() {
            let key = &self.key;
            faults.at(value, format_args!("expected the name of a type: `{key} = {form}`"));
        }
        parsed.ok()
    }

    /// The path of a function.
    pub(crate) fn function(&self, form: &str, faults: &mut Faults) -> Option<Path> {
        self.parsed(form, "the path of a function", faults)
    }

    pub(crate) fn path(&self, form: &str, faults: &mut Faults) -> Option<Path> {
        let parse = |input: ParseStream<'_>| Path::parse_mod_style(input);
        let Some(value) = &self.value else {
            return self.parsed(form, "", faults);
        };
        let parsed = parse.parse2(value.clone());
        if parsed.is_err() {
            let key = &self.key;
            faults.at(value, format_args!("expected the path of a crate: `{key} = {form}`"));
        }
        parsed.ok()
    }

    /// One of these words.
    pub(crate) fn word(&self, words: &[&'static str], faults: &mut Faults) -> Option<&'static str> {
        let (key, expected) = (&self.key, any_of(words));
        let Some(value) = &self.value else {
            faults.at(key, format_args!("`{key}` needs a value: {expected}"));
            return None;
        };
        let word = syn::parse2::<Ident>(value.clone()).map(|word| word.to_string());
        if let Ok(word) = &word
            && let Some(found) = words.iter().find(|candidate| *candidate == word)
        {
            return Some(found);
        }
        let meant = word.ok().and_then(|word| meant(&word, words));
        let meant = meant.map(|word| format!(", did you mean `{word}`?")).unwrap_or_default();
        faults.at(value, format_args!("expected `{key}` to be {expected}{meant}"));
        None
    }

    /// Any expression, or none.
    pub(crate) fn expression(&self) -> Option<TokenStream> {
        self.value.clone()
    }

    /// A key without a value.
    pub(crate) fn flag(&self, faults: &mut Faults) -> bool {
        if let Some(value) = &self.value {
            faults.at(value, format_args!("`{}` takes no value", self.key));
        }
        true
    }
}

/// Returns whether a text is ASCII, as a symbol must be. If not, adds a mistake.
pub(crate) fn ascii(text: &LitStr, faults: &mut Faults) -> bool {
    let good = text.value().is_ascii();
    if !good {
        faults.at(text, "a symbol can hold ASCII only");
    }
    good
}

/// Returns the nearest word, or the AMQP type of a Rust type.
fn meant(word: &str, words: &[&'static str]) -> Option<&'static str> {
    let amqp = match word {
        "bool" => "boolean",
        "u8" => "ubyte",
        "u16" => "ushort",
        "u32" => "uint",
        "u64" => "ulong",
        "i8" => "byte",
        "i16" => "short",
        "i32" => "int",
        "i64" => "long",
        "str" | "String" => "string",
        "Symbol" => "symbol",
        other => other,
    };
    nearest(amqp, words)
}

impl ToTokens for Integer {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let mut literal = Literal::u128_unsuffixed(self.value.unsigned_abs());
        literal.set_span(self.span);
        self.minus.to_tokens(tokens);
        literal.to_tokens(tokens);
    }
}

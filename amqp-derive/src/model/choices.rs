//! An enum that derives `Restricted`.

use std::ops::RangeInclusive;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{DataEnum, DeriveInput, Fields, Ident, Type, Variant};

use super::variants;
use crate::attribute::{Entries, Entry};
use crate::borrowed::Borrowed;
use crate::descriptor::Descriptor;
use crate::faults::{Faults, any_of};
use crate::field_type::refuse_static;
use crate::item::Item;
use crate::key::{CHOICE, CHOICE_FIELD, CHOICES};
use crate::value::{Integer, ascii};

pub(crate) struct Choices<'i> {
    pub(crate) item: Item<'i>,
    pub(crate) borrowed: Option<Borrowed>,
    pub(crate) descriptor: Option<Descriptor>,
    pub(crate) kind: Kind,
    pub(crate) known: Vec<Choice<'i>>,
    pub(crate) other: Option<Other<'i>>,
}

/// A variant with one value.
pub(crate) struct Choice<'i> {
    pub(crate) ident: &'i Ident,
    /// The value as a literal.
    pub(crate) value: TokenStream,
}

/// The variant that keeps all values that the others do not have.
pub(crate) struct Other<'i> {
    pub(crate) ident: &'i Ident,
    pub(crate) ty: &'i Type,
}

/// The primitive type of the choices.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    /// The integer type of this name in Rust.
    Integer(&'static str),
    Symbol,
    String,
}

const SOURCES: [&str; 11] = [
    "boolean", "ubyte", "ushort", "uint", "ulong", "byte", "short", "int", "long", "symbol",
    "string",
];

impl<'i> Choices<'i> {
    pub(crate) fn read(
        input: &'i DeriveInput,
        data: &'i DataEnum,
        faults: &mut Faults,
    ) -> Option<Self> {
        let mut item = Item::new(input);
        let entries = Entries::read(&input.attrs, &CHOICES, faults);
        item.read_crate(&entries, faults);
        let borrowed = Borrowed::read(input, "Restricted", &item, &entries, faults);
        let descriptor = Descriptor::read(&entries, faults);
        let kind =
            entries.get("source").map(|entry| entry.word(&SOURCES, faults).and_then(Kind::named));
        if kind.is_none() {
            let due = any_of(&SOURCES);
            let why = format!("specify the type of the choices: `#[amqp(source = ...)]`, {due}");
            faults.at(&input.ident, why);
        }
        let kind = kind.flatten();
        let mut read = Reading { kind, choices: Vec::new(), values: Vec::new(), other: None };
        for variant in &variants(input, data, faults).variants {
            read.variant(variant, faults);
        }
        Some(Self {
            item,
            borrowed,
            descriptor,
            kind: kind?,
            known: read.choices,
            other: read.other,
        })
    }
}

/// What has been read of an enum's variants.
struct Reading<'i> {
    kind: Option<Kind>,
    choices: Vec<Choice<'i>>,
    /// The values so far, as they are compared.
    values: Vec<String>,
    other: Option<Other<'i>>,
}

impl<'i> Reading<'i> {
    fn variant(&mut self, variant: &'i Variant, faults: &mut Faults) {
        let entries = Entries::read(&variant.attrs, &CHOICE, faults);
        for field in &variant.fields {
            Entries::read(&field.attrs, &CHOICE_FIELD, faults);
        }
        if let Some(other) = entries.get("other") {
            other.flag(faults);
            self.other(variant, other, &entries, faults);
            return;
        }
        if !matches!(variant.fields, Fields::Unit) {
            let why = "a choice has no data; `#[amqp(other)]` marks a variant that keeps all \
                       other values";
            faults.at(&variant.fields, why);
            return;
        }
        if let Some(kind) = self.kind {
            self.choice(variant, kind, entries.get("value"), faults);
        }
    }

    fn other(
        &mut self,
        variant: &'i Variant,
        other: &Entry,
        entries: &Entries,
        faults: &mut Faults,
    ) {
        if self.kind == Some(Kind::Boolean) {
            faults.at(&other.key, "a boolean has no values other than `true` and `false`");
        }
        if let Some(first) = &self.other {
            let why = format!("`{}` already keeps all other values", first.ident);
            faults.at(&other.key, why);
        }
        if let Some(value) = entries.get("value") {
            let why = "a variant with `other` keeps all other values, and has no value of its own";
            faults.at(&value.key, why);
        }
        if let Some((_, discriminant)) = &variant.discriminant {
            let why = "a variant with `other` keeps all other values, and has no value of its own";
            faults.at(discriminant, why);
        }
        match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = fields.unnamed.first().map(|field| &field.ty);
                ty.inspect(|ty| refuse_static(ty, faults));
                self.other = ty.map(|ty| Other { ident: &variant.ident, ty });
            }
            _ => {
                let ident = &variant.ident;
                let why =
                    format!("a variant with `other` has one field for the value: `{ident}(Type)`");
                faults.at(ident, why);
            }
        }
    }

    fn choice(
        &mut self,
        variant: &'i Variant,
        kind: Kind,
        entry: Option<&Entry>,
        faults: &mut Faults,
    ) {
        let ident = &variant.ident;
        let value = match (entry, &variant.discriminant) {
            (Some(entry), None) => kind.value(entry, faults),
            (None, Some((_, number))) if kind.range().is_some() => {
                kind.discriminant(number, faults)
            }
            (Some(entry), Some(_)) if kind.range().is_some() => {
                faults
                    .at(&entry.key, format_args!("`{ident}` already has a number, after its `=`"));
                None
            }
            (_, Some((_, number))) => {
                let form = kind.form();
                let why = format!("the choices are not numbers: write `#[amqp(value = {form})]`");
                faults.at(number, why);
                None
            }
            (None, None) => {
                let form = kind.form();
                let or = kind.range().map_or(String::new(), |_| format!(" or `{ident} = {form}`"));
                let why = format!("`{ident}` needs a value: `#[amqp(value = {form})]`{or}");
                faults.at(ident, why);
                None
            }
        };
        let Some((literal, seen)) = value else {
            return;
        };
        if let Some(first) = self.values.iter().position(|value| *value == seen) {
            let first = self.choices.get(first).map(|choice| choice.ident.to_string());
            let first = first.unwrap_or_default();
            faults.at(&literal, format_args!("{seen} is already the value of `{first}`"));
            return;
        }
        self.values.push(seen);
        self.choices.push(Choice { ident, value: literal });
    }
}

/// A value as a literal, and as it is compared.
type Value = (TokenStream, String);

impl Kind {
    fn named(source: &str) -> Option<Self> {
        Some(match source {
            "boolean" => Self::Boolean,
            "ubyte" => Self::Integer("u8"),
            "ushort" => Self::Integer("u16"),
            "uint" => Self::Integer("u32"),
            "ulong" => Self::Integer("u64"),
            "byte" => Self::Integer("i8"),
            "short" => Self::Integer("i16"),
            "int" => Self::Integer("i32"),
            "long" => Self::Integer("i64"),
            "symbol" => Self::Symbol,
            "string" => Self::String,
            _ => return None,
        })
    }

    /// The primitive type's name in AMQP.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer("u8") => "ubyte",
            Self::Integer("u16") => "ushort",
            Self::Integer("u32") => "uint",
            Self::Integer("u64") => "ulong",
            Self::Integer("i8") => "byte",
            Self::Integer("i16") => "short",
            Self::Integer("i32") => "int",
            Self::Integer(_) => "long",
            Self::Symbol => "symbol",
            Self::String => "string",
        }
    }

    fn form(self) -> &'static str {
        match self {
            Self::Boolean => "true",
            Self::Integer(_) => "1",
            Self::Symbol | Self::String => "\"...\"",
        }
    }

    fn range(self) -> Option<RangeInclusive<i128>> {
        let Self::Integer(name) = self else {
            return None;
        };
        Some(match name {
            "u8" => u8::MIN.into()..=u8::MAX.into(),
            "u16" => u16::MIN.into()..=u16::MAX.into(),
            "u32" => u32::MIN.into()..=u32::MAX.into(),
            "u64" => u64::MIN.into()..=u64::MAX.into(),
            "i8" => i8::MIN.into()..=i8::MAX.into(),
            "i16" => i16::MIN.into()..=i16::MAX.into(),
            "i32" => i32::MIN.into()..=i32::MAX.into(),
            _ => i64::MIN.into()..=i64::MAX.into(),
        })
    }

    fn value(self, entry: &Entry, faults: &mut Faults) -> Option<Value> {
        match self {
            Self::Boolean => {
                let value = entry.boolean(self.form(), faults)?;
                Some((value.to_token_stream(), format!("`{}`", value.value)))
            }
            Self::Integer(_) => self.in_range(entry.integer(self.form(), faults)?, faults),
            Self::Symbol | Self::String => {
                let value = entry.text(self.form(), faults)?;
                if self == Self::Symbol && !ascii(&value, faults) {
                    return None;
                }
                let text = value.value();
                Some((value.to_token_stream(), format!("{text:?}")))
            }
        }
    }

    fn discriminant(self, number: &syn::Expr, faults: &mut Faults) -> Option<Value> {
        match syn::parse2(number.to_token_stream()) {
            Ok(integer) => self.in_range(integer, faults),
            Err(_) => {
                let why = "expected a literal number, such as `1`: the derive cannot evaluate \
                           expressions";
                faults.at(number, why);
                None
            }
        }
    }

    fn in_range(self, integer: Integer, faults: &mut Faults) -> Option<Value> {
        let range = self.range()?;
        if !range.contains(&integer.value) {
            let (least, most) = range.into_inner();
            faults.at(&integer, format_args!("expected a number from {least} to {most}"));
            return None;
        }
        let value = format!("`{}`", integer.value);
        Some((integer.into_token_stream(), value))
    }

    /// Returns the type that decodes and encodes the choices.
    pub(crate) fn source(self, krate: &TokenStream) -> TokenStream {
        match self {
            Self::Boolean => crate::item::tokens!(::core::primitive::bool),
            Self::Integer(name) => {
                let name = Ident::new(name, Span::call_site());
                crate::item::tokens!(::core::primitive::#name)
            }
            Self::Symbol => crate::item::tokens!(#krate::derived::SymbolChoice),
            Self::String => crate::item::tokens!(#krate::derived::StringChoice),
        }
    }
}

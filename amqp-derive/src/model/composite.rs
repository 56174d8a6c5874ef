//! A struct that derives `Composite`.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, FieldsNamed, Ident, LitStr, Type};

use crate::adapters::Adapters;
use crate::attribute::{Entries, Entry};
use crate::borrowed::Borrowed;
use crate::descriptor::Descriptor;
use crate::faults::Faults;
use crate::field_type::inside_option;
use crate::item::Item;
use crate::key::{COMPOSITE, COMPOSITE_FIELD};
use crate::value::ascii;

pub(crate) struct Composite<'i> {
    pub(crate) item: Item<'i>,
    pub(crate) borrowed: Option<Borrowed>,
    pub(crate) descriptor: Option<Descriptor>,
    pub(crate) source: Source,
    /// Whether unknown fields are refused.
    pub(crate) strict: bool,
    /// The type in the path of an error.
    pub(crate) name: LitStr,
    pub(crate) fields: Vec<Field<'i>>,
}

/// The list or map of the fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    List,
    /// A map whose keys are written as symbols.
    SymbolMap,
    /// A map whose keys are written as strings.
    StringMap,
}

pub(crate) struct Field<'i> {
    pub(crate) ident: &'i Ident,
    pub(crate) ty: &'i Type,
    /// The key in a map, and the field in the path of an error.
    pub(crate) name: LitStr,
    pub(crate) presence: Presence,
    pub(crate) adapters: Adapters,
}

/// When a field is on the wire.
pub(crate) enum Presence {
    /// Unless it is null, which its type decides.
    Plain,
    /// Unless it has this value, or `Default::default()`.
    Default(Option<TokenStream>),
    /// Never.
    Skip,
}

impl<'i> Composite<'i> {
    pub(crate) fn read(input: &'i DeriveInput, faults: &mut Faults) -> Self {
        let mut item = Item::new(input);
        let entries = Entries::read(&input.attrs, &COMPOSITE, faults);
        item.read_crate(&entries, faults);
        let borrowed = Borrowed::read(input, "Composite", &item, &entries, faults);
        let descriptor = Descriptor::read(&entries, faults);
        let source = Source::read(&entries, faults);
        let strict = entries.get("strict").is_some_and(|entry| entry.flag(faults));
        let name = entries.get("rename").and_then(|entry| entry.string("\"reading\"", faults));
        let name = name
            .unwrap_or_else(|| LitStr::new(&input.ident.unraw().to_string(), Span::call_site()));
        let mut fields: Vec<Field<'i>> = Vec::new();
        for field in named(input, faults).iter().flat_map(|fields| &fields.named) {
            let Some(field) = Field::read(field, &item, source, faults) else {
                continue;
            };
            let same = |other: &&Field<'_>| {
                !matches!(other.presence, Presence::Skip)
                    && other.name.value() == field.name.value()
            };
            if let Some(other) = fields.iter().find(same)
                && !matches!(field.presence, Presence::Skip)
            {
                let (wire, other) = (field.name.value(), other.ident);
                let why = format!("the field `{other}` already has the name `{wire}`");
                faults.at(&field.name, why);
            }
            fields.push(field);
        }
        Self { item, borrowed, descriptor, source, strict, name, fields }
    }
}

impl Source {
    fn read(entries: &Entries, faults: &mut Faults) -> Self {
        let source = entries.get("source");
        let map = source.and_then(|entry| entry.word(&["list", "map"], faults)) == Some("map");
        let keys = entries.get("keys");
        let string =
            keys.and_then(|entry| entry.word(&["symbol", "string"], faults)) == Some("string");
        if let Some(keys) = keys
            && !map
        {
            faults.at(&keys.key, "`keys` needs `source = map`: the fields of a list have no keys");
        }
        match (map, string) {
            (false, _) => Self::List,
            (true, false) => Self::SymbolMap,
            (true, true) => Self::StringMap,
        }
    }
}

impl<'i> Field<'i> {
    fn read(
        field: &'i syn::Field,
        item: &Item<'_>,
        source: Source,
        faults: &mut Faults,
    ) -> Option<Self> {
        let entries = Entries::read(&field.attrs, &COMPOSITE_FIELD, faults);
        let ident = field.ident.as_ref()?;
        let skip = entries.get("skip").filter(|entry| entry.flag(faults));
        let presence = match (skip, entries.get("default")) {
            (None, None) => Presence::Plain,
            (None, Some(default)) => {
                refuse_optional(default, &field.ty, faults);
                Presence::Default(default.expression())
            }
            (Some(_), default) => {
                let unread =
                    "a field with `skip` is not decoded: it is always `Default::default()`";
                default.inspect(|default| faults.at(&default.key, unread));
                Presence::Skip
            }
        };
        let adapters = Adapters::read(&entries, faults);
        match presence {
            Presence::Skip => {
                Adapters::refuse(&entries, "a field with `skip` is not on the wire", faults);
            }
            _ => Adapters::check(&entries, &field.ty, item, faults),
        }
        let rename = entries.get("rename");
        if let (Some(rename), Presence::Skip) = (rename, &presence) {
            faults.at(&rename.key, "a field with `skip` has no name: it is not on the wire");
        }
        let form = "\"max-frame-size\"";
        let name = rename.and_then(|entry| match source {
            Source::SymbolMap => entry.symbol(form, faults),
            Source::StringMap | Source::List => entry.string(form, faults),
        });
        let name = name.unwrap_or_else(|| {
            LitStr::new(&ident.unraw().to_string().replace('_', "-"), ident.span())
        });
        if source == Source::SymbolMap && !matches!(presence, Presence::Skip) {
            ascii(&name, faults);
        }
        Some(Self { ident, ty: &field.ty, name, presence, adapters })
    }
}

/// Refuses a default of an `Option`, because null would have two meanings.
fn refuse_optional(default: &Entry, ty: &Type, faults: &mut Faults) {
    if inside_option(ty).is_some() {
        let why = "a field with `default` is never `None`: give it the type inside the `Option`";
        faults.at(&default.key, why);
    }
}

/// Returns the fields of a struct with named fields.
fn named<'i>(input: &'i DeriveInput, faults: &mut Faults) -> Option<&'i FieldsNamed> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unnamed(fields) => {
                let why = "`Composite` is for structs with named fields: errors and maps use \
                           the names; for a newtype derive `Restricted`";
                faults.at(fields, why);
            }
            Fields::Unit => {
                let ident = &input.ident;
                let why =
                    "`Composite` is for structs with named fields; write one without fields as";
                faults.at(ident, format_args!("{why} `struct {ident} {{}}`"));
            }
        },
        Data::Enum(data) => {
            let why = "`Composite` is for structs with named fields; for an enum of choices derive \
                       `Restricted`, for an enum of types `OneOf`";
            faults.at(data.enum_token, why);
        }
        Data::Union(data) => {
            faults.at(data.union_token, "`Composite` is for structs with named fields");
        }
    }
    None
}

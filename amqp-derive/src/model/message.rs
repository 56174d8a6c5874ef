//! A struct that derives `Message`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, FieldsNamed, Ident, LitStr, Type};

use crate::adapters::Adapters;
use crate::attribute::{Entries, Entry};
use crate::faults::{Faults, any_of};
use crate::field_type::{self, inside_option, refuse_static};
use crate::item::Item;
use crate::key::{MESSAGE, MESSAGE_FIELD};

pub(crate) struct Message<'i> {
    pub(crate) item: Item<'i>,
    /// The type in the path of an error.
    pub(crate) name: LitStr,
    pub(crate) parts: Vec<Part<'i>>,
}

/// A field.
pub(crate) struct Part<'i> {
    pub(crate) ident: &'i Ident,
    pub(crate) ty: &'i Type,
    /// The type inside the `Option`, if the type is one.
    pub(crate) optional: Option<&'i Type>,
    pub(crate) role: Role,
    /// The field in the path of an error.
    pub(crate) name: LitStr,
    pub(crate) adapters: Adapters,
}

/// The part of a message that a field is.
pub(crate) enum Role {
    /// A whole section, by its name in `Message`, and its type there.
    Section(&'static str, &'static str),
    /// One of the standard's properties.
    Property(Property),
    /// An entry of the application properties.
    ApplicationProperty(LitStr),
    /// An entry of the message annotations.
    Annotation(LitStr),
    /// The value of the body.
    Body,
    /// The octets of the body.
    Data,
    /// Nothing.
    Skip,
}

/// The sections that a field can be as a whole, with their types, in the standard's order.
pub(crate) const SECTIONS: [(&str, &str); 6] = [
    ("header", "Header"),
    ("delivery_annotations", "DeliveryAnnotations"),
    ("message_annotations", "MessageAnnotations"),
    ("properties", "Properties"),
    ("application_properties", "ApplicationProperties"),
    ("footer", "Footer"),
];

/// One of the standard's properties.
#[derive(Clone, Copy)]
pub(crate) struct Property {
    /// The name in `Properties`.
    pub(crate) name: &'static str,
    /// The primitive types that it can be.
    pub(crate) types: &'static [&'static str],
}

/// The properties in the standard's order.
pub(crate) const PROPERTIES: [Property; 13] = [
    property("message_id", &["Ulong", "Uuid", "Binary", "String"]),
    property("user_id", &["Binary"]),
    property("to", &["String"]),
    property("subject", &["String"]),
    property("reply_to", &["String"]),
    property("correlation_id", &["Ulong", "Uuid", "Binary", "String"]),
    property("content_type", &["Symbol"]),
    property("content_encoding", &["Symbol"]),
    property("absolute_expiry_time", &["Timestamp"]),
    property("creation_time", &["Timestamp"]),
    property("group_id", &["String"]),
    property("group_sequence", &["Uint"]),
    property("reply_to_group_id", &["String"]),
];

const fn property(name: &'static str, types: &'static [&'static str]) -> Property {
    Property { name, types }
}

impl<'i> Message<'i> {
    pub(crate) fn read(input: &'i DeriveInput, faults: &mut Faults) -> Self {
        let mut item = Item::new(input);
        let entries = Entries::read(&input.attrs, &MESSAGE, faults);
        item.read_crate(&entries, faults);
        let name = entries.get("rename").and_then(|entry| entry.string("\"order\"", faults));
        let name = name
            .unwrap_or_else(|| LitStr::new(&input.ident.unraw().to_string(), Span::call_site()));
        let mut parts: Vec<Part<'i>> = Vec::new();
        for field in named(input, faults).iter().flat_map(|fields| &fields.named) {
            let Some((part, key)) = Part::read(field, &item, faults) else {
                continue;
            };
            if let Some(why) = parts.iter().find_map(|other| clash(other, &part)) {
                faults.at(key, why);
            }
            parts.push(part);
        }
        Self { item, name, parts }
    }
}

impl<'i> Part<'i> {
    /// Reads a field. Returns it with the key of its role.
    fn read(field: &'i syn::Field, item: &Item<'_>, faults: &mut Faults) -> Option<(Self, Ident)> {
        let before = faults.count();
        let entries = Entries::read(&field.attrs, &MESSAGE_FIELD, faults);
        let ident = field.ident.as_ref()?;
        let is_part = |key: &&&str| !Adapters::KEYS.contains(key);
        let parts: Vec<_> = MESSAGE_FIELD.keys.iter().filter(is_part).copied().collect();
        let mut given = parts.iter().filter_map(|key| entries.get(key));
        let Some(entry) = given.next() else {
            if faults.count() == before {
                let keys = any_of(&parts);
                faults.at(ident, format_args!("a field of a message needs one of the keys {keys}"));
            }
            return None;
        };
        for more in given {
            let (one, other) = (&entry.key, &more.key);
            faults.at(
                other,
                format_args!("a field is one part of a message: either `{one}` or `{other}`"),
            );
        }
        let role = Role::read(entry, faults)?;
        let adapters = Adapters::read(&entries, faults);
        match role {
            Role::Property(_) | Role::ApplicationProperty(_) | Role::Annotation(_) | Role::Body => {
                Adapters::check(&entries, &field.ty, item, faults);
            }
            _ => {
                let why = "it is for a field that is one value";
                Adapters::refuse(&entries, why, faults);
            }
        }
        match role {
            Role::Section(..) => field_type::check(&field.ty, item, faults),
            // Octets have more types than values.
            Role::Data => refuse_static(&field.ty, faults),
            _ => {}
        }
        let name = LitStr::new(&ident.unraw().to_string().replace('_', "-"), ident.span());
        let optional = inside_option(&field.ty);
        Some((Self { ident, ty: &field.ty, optional, role, name, adapters }, entry.key.clone()))
    }
}

impl<'i> Part<'i> {
    /// The type inside the `Option` of an optional field, or that of the field.
    pub(crate) fn inner(&self) -> &'i Type {
        self.optional.unwrap_or(self.ty)
    }

    /// Whether the field is a section as a whole, by its name.
    pub(crate) fn is_section(&self, section: &str) -> bool {
        matches!(self.role, Role::Section(name, _) if name == section)
    }
}

impl Role {
    /// Reads a key and its value.
    fn read(entry: &Entry, faults: &mut Faults) -> Option<Self> {
        let key = entry.key.to_string();
        Some(match key.as_str() {
            "property" => {
                let names = PROPERTIES.map(|property| property.name);
                let found = entry.word(&names, faults)?;
                Self::Property(PROPERTIES.into_iter().find(|property| property.name == found)?)
            }
            "application_property" => {
                Self::ApplicationProperty(entry.string("\"colour\"", faults)?)
            }
            "annotation" => Self::Annotation(entry.symbol("\"x-opt-partition-key\"", faults)?),
            flag => {
                entry.flag(faults);
                match flag {
                    "body" => Self::Body,
                    "data" => Self::Data,
                    "skip" => Self::Skip,
                    section => {
                        let mut sections = SECTIONS.into_iter();
                        let (name, ty) = sections.find(|(name, _)| *name == section)?;
                        Self::Section(name, ty)
                    }
                }
            }
        })
    }

    /// The section that the field is an entry of, if it is one.
    const fn within(&self) -> Option<&'static str> {
        match self {
            Self::Property(..) => Some("properties"),
            Self::ApplicationProperty(_) => Some("application_properties"),
            Self::Annotation(_) => Some("message_annotations"),
            _ => None,
        }
    }
}

/// Returns why a field conflicts with an earlier one, if it does.
fn clash(earlier: &Part<'_>, later: &Part<'_>) -> Option<String> {
    let ident = earlier.ident;
    let same = match (&earlier.role, &later.role) {
        (Role::Body | Role::Data, Role::Body | Role::Data) => {
            return Some(format!("a message has one body, which is already the field `{ident}`"));
        }
        (Role::Section(one, _), Role::Section(other, _)) if one == other => {
            format!("the section `{one}`")
        }
        (Role::Property(one), Role::Property(other)) if one.name == other.name => {
            format!("the property `{}`", one.name)
        }
        (Role::ApplicationProperty(one), Role::ApplicationProperty(other))
            if one.value() == other.value() =>
        {
            format!("the application property `{}`", one.value())
        }
        (Role::Annotation(one), Role::Annotation(other)) if one.value() == other.value() => {
            format!("the annotation `{}`", one.value())
        }
        (Role::Section(whole, _), entry) if entry.within() == Some(whole) => {
            let why = "an entry of it cannot be another field";
            return Some(format!("the field `{ident}` is the whole section `{whole}`: {why}"));
        }
        (entry, Role::Section(whole, _)) if entry.within() == Some(whole) => {
            let why = "the whole section cannot be another field";
            return Some(format!("the field `{ident}` is in the section `{whole}`: {why}"));
        }
        _ => return None,
    };
    Some(format!("{same} is already the field `{ident}`"))
}

/// Returns the fields of a struct with named fields.
fn named<'i>(input: &'i DeriveInput, faults: &mut Faults) -> Option<&'i FieldsNamed> {
    let what = "`Message` is for structs with named fields";
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unnamed(fields) => {
                faults.at(fields, format_args!("{what}: each is a section, an entry or the body"));
            }
            Fields::Unit => {
                let ident = &input.ident;
                let why = format!("{what}; write one without fields as `struct {ident} {{}}`");
                faults.at(ident, why);
            }
        },
        Data::Enum(data) => {
            let why = "to distinguish messages, decode a property first";
            faults.at(data.enum_token, format_args!("{what}; {why}"));
        }
        Data::Union(data) => faults.at(data.union_token, what),
    }
    None
}

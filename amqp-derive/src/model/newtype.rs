//! A tuple struct that derives `Restricted`.

use syn::{DataStruct, DeriveInput, Fields, Path, Type};

use crate::attribute::Entries;
use crate::borrowed::Borrowed;
use crate::descriptor::Descriptor;
use crate::faults::Faults;
use crate::field_type;
use crate::item::Item;
use crate::key::{NEWTYPE, NEWTYPE_FIELD};

pub(crate) struct Newtype<'i> {
    pub(crate) item: Item<'i>,
    pub(crate) borrowed: Option<Borrowed>,
    pub(crate) descriptor: Option<Descriptor>,
    pub(crate) inner: &'i Type,
    /// The function that decodes the inner value in place of its type.
    pub(crate) decode_with: Option<Path>,
}

impl<'i> Newtype<'i> {
    pub(crate) fn read(
        input: &'i DeriveInput,
        data: &'i DataStruct,
        faults: &mut Faults,
    ) -> Option<Self> {
        let mut item = Item::new(input);
        let entries = Entries::read(&input.attrs, &NEWTYPE, faults);
        item.read_crate(&entries, faults);
        let borrowed = Borrowed::read(input, "Restricted", &item, &entries, faults);
        let descriptor = Descriptor::read(&entries, faults);
        let decode_with = entries
            .get("decode_with")
            .and_then(|entry| entry.function("at_most_32_octets", faults));
        for field in &data.fields {
            Entries::read(&field.attrs, &NEWTYPE_FIELD, faults);
        }
        let inner = match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed.first()?.ty,
            Fields::Unnamed(fields) => {
                let why = "a newtype has one field, the type that it restricts";
                match fields.unnamed.get(1) {
                    Some(second) => faults.at(second, why),
                    None => faults.at(fields, why),
                }
                return None;
            }
            Fields::Named(_) => {
                let why = "`Restricted` is for tuple structs with one field and for enums; for a \
                           struct with named fields derive `Composite`";
                faults.at(&input.ident, why);
                return None;
            }
            Fields::Unit => {
                let why = "a newtype has one field, the type that it restricts";
                faults.at(&input.ident, why);
                return None;
            }
        };
        field_type::check(inner, &item, faults);
        Some(Self { item, borrowed, descriptor, inner, decode_with })
    }
}

//! A struct that derives `Layout`.

use syn::{Data, DeriveInput, Fields, LitByteStr, Member, Type};

use crate::attribute::Entries;
use crate::faults::Faults;
use crate::item::Item;
use crate::key::{LAYOUT, LAYOUT_FIELD};

pub(crate) struct Layout<'i> {
    pub(crate) item: Item<'i>,
    pub(crate) prefix: Option<LitByteStr>,
    pub(crate) fields: Vec<(Member, &'i Type)>,
}

impl<'i> Layout<'i> {
    pub(crate) fn read(input: &'i DeriveInput, faults: &mut Faults) -> Self {
        let mut item = Item::new(input);
        let entries = Entries::read(&input.attrs, &LAYOUT, faults);
        item.read_crate(&entries, faults);
        let prefix = entries.get("prefix").and_then(|entry| entry.octets("b\"AMQP\"", faults));
        if !input.generics.params.is_empty() {
            let why = "a layout has no parameters, because its length is one number";
            faults.at(&input.generics.params, why);
        }
        let fields = members(input, faults);
        for field in fields.iter().flat_map(|fields| fields.iter()) {
            Entries::read(&field.attrs, &LAYOUT_FIELD, faults);
        }
        let fields = fields
            .iter()
            .flat_map(|fields| fields.members().zip(fields.iter().map(|field| &field.ty)));
        let fields = fields.collect();
        Self { item, prefix, fields }
    }
}

/// Returns the fields of a struct with at least one field, named or not.
fn members<'i>(input: &'i DeriveInput, faults: &mut Faults) -> Option<&'i Fields> {
    let token = match &input.data {
        Data::Struct(data) if !data.fields.is_empty() => return Some(&data.fields),
        Data::Struct(_) => {
            faults.at(&input.ident, "a layout has at least one field");
            return None;
        }
        Data::Enum(data) => data.enum_token.span,
        Data::Union(data) => data.union_token.span,
    };
    faults.add(syn::Error::new(token, "`Layout` is for structs"));
    None
}

//! An enum that derives `OneOf`.

use syn::{Data, DeriveInput, Fields, Ident, Type};

use super::variants;
use crate::attribute::Entries;
use crate::borrowed::Borrowed;
use crate::faults::Faults;
use crate::field_type;
use crate::item::Item;
use crate::key::{ONE_OF, ONE_OF_VARIANT};

pub(crate) struct OneOf<'i> {
    pub(crate) item: Item<'i>,
    pub(crate) borrowed: Option<Borrowed>,
    pub(crate) variants: Vec<Variant<'i>>,
}

pub(crate) struct Variant<'i> {
    pub(crate) ident: &'i Ident,
    pub(crate) ty: &'i Type,
}

impl<'i> OneOf<'i> {
    pub(crate) fn read(input: &'i DeriveInput, faults: &mut Faults) -> Self {
        let mut item = Item::new(input);
        let entries = Entries::read(&input.attrs, &ONE_OF, faults);
        item.read_crate(&entries, faults);
        let borrowed = Borrowed::read(input, "OneOf", &item, &entries, faults);
        let mut read = Vec::new();
        match &input.data {
            Data::Enum(data) => {
                for variant in &variants(input, data, faults).variants {
                    Entries::read(&variant.attrs, &ONE_OF_VARIANT, faults);
                    read.extend(Variant::read(variant, &item, faults));
                }
            }
            Data::Struct(data) => {
                let why = "`OneOf` is for enums; for a struct with named fields derive \
                           `Composite`, for a newtype `Restricted`";
                faults.at(data.struct_token, why);
            }
            Data::Union(data) => faults.at(data.union_token, "`OneOf` is for enums"),
        }
        Self { item, borrowed, variants: read }
    }
}

impl<'i> Variant<'i> {
    fn read(variant: &'i syn::Variant, item: &Item<'_>, faults: &mut Faults) -> Option<Self> {
        let ident = &variant.ident;
        if let Some((_, discriminant)) = &variant.discriminant {
            faults.at(discriminant, "a variant of a union has a type, not a number");
        }
        match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let field = fields.unnamed.first()?;
                Entries::read(&field.attrs, &ONE_OF_VARIANT, faults);
                field_type::check(&field.ty, item, faults);
                Some(Self { ident, ty: &field.ty })
            }
            Fields::Unit => {
                let why = format!(
                    "a variant of a union holds one type: write `{ident}(Type)`; for choices \
                     without data derive `Restricted`"
                );
                faults.at(ident, why);
                None
            }
            fields => {
                let why = format!(
                    "a variant of a union holds one type: write `{ident}(Type)`, where `Type` \
                     derives `Composite`"
                );
                faults.at(fields, why);
                None
            }
        }
    }
}

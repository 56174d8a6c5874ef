//! `name` and `code`: the descriptor of a type.

use proc_macro2::TokenStream;
use syn::LitStr;

use crate::attribute::Entries;
use crate::faults::Faults;
use crate::item::{Item, tokens};
use crate::value::Integer;

const NAME: &str = "\"com.example:reading:list\"";
const CODE: &str = "0x0000_1234_0000_0001";

/// A symbol, a number, or both.
pub(crate) struct Descriptor {
    name: Option<LitStr>,
    code: Option<Integer>,
}

impl Descriptor {
    /// Reads both keys. Returns `None` if there is neither.
    pub(crate) fn read(entries: &Entries, faults: &mut Faults) -> Option<Self> {
        let name = entries.get("name").and_then(|entry| entry.symbol(NAME, faults));
        let code = entries.get("code").and_then(|entry| entry.integer(CODE, faults));
        if let Some(code) = &code
            && u64::try_from(code.value).is_err()
        {
            faults.at(code, "a descriptor's code is a ulong: from 0 to 0xffff_ffff_ffff_ffff");
        }
        (name.is_some() || code.is_some()).then_some(Self { name, code })
    }

    /// The impl of `Described`.
    pub(crate) fn implement(&self, item: &Item<'_>) -> TokenStream {
        let krate = &item.krate;
        let descriptor = match self {
            Self { name: Some(name), code: Some(code) } => tokens!(new(#name, #code)),
            Self { name, code: None } => tokens!(named(#name)),
            Self { code, name: None } => tokens!(numbered(#code)),
        };
        let body = tokens! {
            const DESCRIPTOR: #krate::Descriptor = #krate::Descriptor::#descriptor;
        };
        item.implement(&tokens!(#krate::Described), &[], &body)
    }
}

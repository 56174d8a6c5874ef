//! `impl Layout`, and the inherent items of the struct.

use proc_macro2::TokenStream;

use crate::item::tokens;
use crate::model::Layout;

pub(crate) fn expand(model: &Layout<'_>) -> TokenStream {
    let (krate, ident) = (&model.item.krate, model.item.ident);
    let prefix_len = model.prefix.as_ref().map_or(0, |prefix| prefix.value().len());
    let prefix = model.prefix.as_ref().map_or_else(|| tokens!(b""), |prefix| tokens!(#prefix));
    let lens = model.fields.iter().map(|(_, ty)| tokens!(+ <#ty as #krate::Layout>::LEN));
    let writes = model.fields.iter().map(|(member, ty)| tokens!(.field::<#ty>(&self.#member)));
    let reads = model.fields.iter().map(|(member, ty)| tokens!(#member: fields.field::<#ty>()?,));
    let body = tokens! {
        const LEN: ::core::primitive::usize = #prefix_len #(#lens)*;
        type Octets = [::core::primitive::u8; <#ident as #krate::Layout>::LEN];

        #[inline]
        fn to_octets(&self) -> Self::Octets {
            #krate::derived::LayoutWriter::new(#prefix)
                #(#writes)*
                .finish()
        }

        #[inline]
        fn from_octets(
            octets: &[::core::primitive::u8],
        ) -> ::core::result::Result<Self, #krate::DecodeError> {
            let mut fields = #krate::derived::LayoutReader::new(octets, #prefix)?;
            let value = Self { #(#reads)* };
            fields.finish()?;
            ::core::result::Result::Ok(value)
        }
    };
    let mut output = model.item.implement(&tokens!(#krate::Layout), &[], &body);
    output.extend(inherent(model));
    output
}

/// `LEN`, `to_bytes` and `from_bytes` as inherent items, so that no trait needs to be imported.
fn inherent(model: &Layout<'_>) -> TokenStream {
    let (krate, ident, vis) = (&model.item.krate, model.item.ident, model.item.vis);
    let body = tokens! {
        /// The number of octets that a value takes.
        #[allow(dead_code)]
        #vis const LEN: ::core::primitive::usize = <Self as #krate::Layout>::LEN;

        /// Returns the octets of the value.
        #[allow(dead_code)]
        #[inline]
        #[must_use]
        #vis fn to_bytes(&self) -> [::core::primitive::u8; <#ident as #krate::Layout>::LEN] {
            <Self as #krate::Layout>::to_octets(self)
        }

        /// Decodes a value from all of these octets.
        ///
        /// # Errors
        ///
        /// Returns a `DecodeError` if there are not exactly [`LEN`](Self::LEN) octets, or they do not begin
        /// with the prefix.
        #[allow(dead_code)]
        #[inline]
        #vis fn from_bytes(
            octets: &[::core::primitive::u8],
        ) -> ::core::result::Result<Self, #krate::DecodeError> {
            <Self as #krate::Layout>::from_octets(octets)
        }
    };
    model.item.inherent(&body)
}

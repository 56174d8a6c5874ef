//! `impl Layout`, and the doors on the struct itself.

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
    output.extend(doors(model));
    output
}

/// `LEN`, `to_bytes` and `from_bytes` as the struct's own, so that no trait need be imported.
fn doors(model: &Layout<'_>) -> TokenStream {
    let (krate, ident, vis) = (&model.item.krate, model.item.ident, model.item.vis);
    let body = tokens! {
        /// How many octets a value takes.
        #[allow(dead_code)]
        #vis const LEN: ::core::primitive::usize = <Self as #krate::Layout>::LEN;

        /// The value's octets.
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
        /// If the octets are not [`LEN`](Self::LEN) in number, or do not begin as they must.
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

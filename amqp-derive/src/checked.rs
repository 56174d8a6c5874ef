//! The type of a field by way of the library's trait `Field`, so that rustc reports a type that is not an AMQP type
//! once. A type that depends on a parameter has bounds instead, and is used as it is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::field_type::innermost;
use crate::item::{Item, tokens};

/// The type of a field.
#[derive(Clone, Copy)]
pub(crate) struct Checked<'c> {
    item: &'c Item<'c>,
    ty: &'c Type,
}

impl Item<'_> {
    pub(crate) const fn checked<'c>(&'c self, ty: &'c Type) -> Checked<'c> {
        Checked { item: self, ty }
    }
}

impl Checked<'_> {
    /// Returns the type.
    pub(crate) fn ty(self) -> TokenStream {
        self.member(&self.ty.to_token_stream(), "Checked")
    }

    /// Returns the type with `'static` for every lifetime, for use outside of an impl.
    pub(crate) fn for_ever(self) -> TokenStream {
        self.member(&self.item.for_ever(self.ty), "Checked")
    }

    /// Converts a reference to the value of the field.
    pub(crate) fn by_ref(self, value: TokenStream) -> TokenStream {
        self.call("checked", value)
    }

    /// Converts the value of the field.
    pub(crate) fn of(self, value: TokenStream) -> TokenStream {
        self.call("into_checked", value)
    }

    /// Converts a value into that of the field.
    pub(crate) fn field(self, value: TokenStream) -> TokenStream {
        self.call("from_checked", value)
    }

    /// Returns a function that converts a value into that of the field and passes it to `function`, such as the
    /// constructor of a variant.
    pub(crate) fn make(self, function: TokenStream) -> TokenStream {
        if self.item.is_generic(self.ty) {
            return function;
        }
        let value = self.field(tokens!(value));
        tokens!(|value| #function(#value))
    }

    fn call(self, function: &str, value: TokenStream) -> TokenStream {
        if self.item.is_generic(self.ty) {
            return value;
        }
        let function = self.member(&quote_spanned!(self.span()=> _), function);
        quote_spanned!(self.span()=> #function(#value))
    }

    fn member(self, ty: &TokenStream, name: &str) -> TokenStream {
        if self.item.is_generic(self.ty) {
            return ty.clone();
        }
        let (krate, name) = (&self.item.krate, Ident::new(name, self.span()));
        quote_spanned!(self.span()=> <#ty as #krate::derived::Field<'_, _>>::#name)
    }

    /// All tokens are at the innermost type, so that an error is there too, and is the same wherever the type is used.
    fn span(self) -> Span {
        innermost(self.ty).span()
    }
}

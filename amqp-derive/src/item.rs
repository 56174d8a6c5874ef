//! The item that derives, and the headers of its impls.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{DeriveInput, GenericParam, Generics, Ident, Type, Visibility, WherePredicate};

use crate::attribute::Entries;
use crate::faults::Faults;

/// As `quote!`, with local names that cannot be confused with a user's.
macro_rules! tokens {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use tokens;

/// The parts of an item that all derives use.
pub(crate) struct Item<'i> {
    pub(crate) ident: &'i Ident,
    pub(crate) vis: &'i Visibility,
    pub(crate) generics: &'i Generics,
    /// The path of the crate `amqp-types`.
    pub(crate) krate: TokenStream,
}

impl<'i> Item<'i> {
    pub(crate) fn new(input: &'i DeriveInput) -> Self {
        let DeriveInput { ident, vis, generics, .. } = input;
        Self { ident, vis, generics, krate: quote!(::amqp_types) }
    }

    /// Takes the path of the crate from `crate = ...`, if that is there.
    pub(crate) fn read_crate(&mut self, entries: &Entries, faults: &mut Faults) {
        if let Some(path) =
            entries.get("crate").and_then(|entry| entry.path("::amqp_types", faults))
        {
            self.krate = path.into_token_stream();
        }
    }

    /// An impl of a trait. The bounds come on top of the item's own.
    pub(crate) fn implement(
        &self,
        of: &TokenStream,
        bounds: &[TokenStream],
        body: &TokenStream,
    ) -> TokenStream {
        self.implement_with(&[], Some(of), bounds, body)
    }

    /// An impl of `Decode<'__de>`, where `'__de` outlives the lifetimes of the type.
    pub(crate) fn implement_decode(
        &self,
        bounds: &[TokenStream],
        body: &TokenStream,
    ) -> TokenStream {
        let krate = &self.krate;
        self.implement_for_de(&tokens!(#krate::Decode<'__de>), bounds, body)
    }

    /// An impl of a trait with the lifetime `'__de` of the input.
    pub(crate) fn implement_for_de(
        &self,
        of: &TokenStream,
        bounds: &[TokenStream],
        body: &TokenStream,
    ) -> TokenStream {
        let borrows = self.generics.lifetimes().map(|parameter| {
            let lifetime = &parameter.lifetime;
            tokens!('__de: #lifetime)
        });
        let bounds: Vec<_> = borrows.chain(bounds.iter().cloned()).collect();
        self.implement_with(&[tokens!('__de)], Some(of), &bounds, body)
    }

    /// An inherent impl.
    pub(crate) fn inherent(&self, body: &TokenStream) -> TokenStream {
        self.implement_with(&[], None, &[], body)
    }

    /// The type, with its parameters as arguments.
    fn own_type(&self) -> TokenStream {
        let (ident, arguments) = (self.ident, self.generics.params.iter().map(argument));
        tokens!(#ident<#(#arguments),*>)
    }

    /// An impl. Its own parameters come before those of the item.
    fn implement_with(
        &self,
        parameters: &[TokenStream],
        of: Option<&TokenStream>,
        bounds: &[TokenStream],
        body: &TokenStream,
    ) -> TokenStream {
        let own = self.generics.params.iter().map(parameter);
        let parameters = parameters.iter().cloned().chain(own);
        let own = self.predicates().map(WherePredicate::to_token_stream);
        let bounds: Vec<_> = own.chain(bounds.iter().cloned()).collect();
        let of = of.map(|of| tokens!(#of for));
        let own_type = self.own_type();
        let where_clause = (!bounds.is_empty()).then(|| tokens!(where #(#bounds,)*));
        tokens! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl<#(#parameters),*> #of #own_type #where_clause {
                #body
            }
        }
    }

    fn predicates(&self) -> impl Iterator<Item = &'i WherePredicate> {
        self.generics.where_clause.iter().flat_map(|clause| &clause.predicates)
    }

    /// `Type: Trait`, with one of the library's traits, for each type that depends on a parameter.
    /// The others are known: a bound on them could only be false, and would be reported far from
    /// the field. For a type that contains the item itself the bound would be circular, so the parameters
    /// that the type mentions have the bound instead.
    pub(crate) fn bounds<'t>(
        &self,
        types: impl IntoIterator<Item = &'t Type>,
        of: &TokenStream,
    ) -> Vec<TokenStream> {
        let (recursive, others): (Vec<_>, Vec<_>) =
            types.into_iter().partition(|ty| self.is_recursive(ty));
        let mut bounds = self.bounds_from(others, of);
        let parameters = self.generics.type_params().map(|parameter| &parameter.ident);
        let mentioned = parameters.filter(|ident| {
            recursive.iter().any(|ty| mentions(ty.to_token_stream(), &ident.to_string()))
        });
        bounds.extend(mentioned.map(|ident| tokens!(#ident: #of)));
        bounds
    }

    /// Returns bounds for a trait of another library, whose impls have bounds on parameters, not on
    /// fields.
    pub(crate) fn bounds_from<'t>(
        &self,
        types: impl IntoIterator<Item = &'t Type>,
        of: &TokenStream,
    ) -> Vec<TokenStream> {
        let generic = types.into_iter().filter(|ty| self.is_generic(ty));
        generic.map(|ty| tokens!(#ty: #of)).collect()
    }

    /// Whether a type depends on a type parameter or a constant.
    pub(crate) fn is_generic(&self, ty: &Type) -> bool {
        let mut parameters = self.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        });
        parameters.any(|ident| {
            let tokens = ty.to_token_stream();
            mentions(tokens.clone(), &ident.to_string()) || mentions(tokens, "Self")
        })
    }

    /// Whether a type contains the item itself. After a `::` the name is that of another type.
    pub(crate) fn is_recursive(&self, ty: &Type) -> bool {
        let tokens = ty.to_token_stream();
        names(tokens.clone(), &self.ident.to_string()) || mentions(tokens, "Self")
    }

    /// The type with `'static` for every lifetime. Outside an impl its constants can be used, unless it is
    /// generic.
    pub(crate) fn for_ever(&self, ty: &Type) -> TokenStream {
        let ident = self.ident;
        let arguments = self.generics.lifetimes().map(|_| tokens!('static));
        for_ever(ty.to_token_stream(), &tokens!(#ident<#(#arguments),*>))
    }
}

/// A generic parameter as an impl declares it: without its default.
fn parameter(parameter: &GenericParam) -> TokenStream {
    match parameter {
        GenericParam::Lifetime(parameter) => {
            let (lifetime, bounds) = (&parameter.lifetime, &parameter.bounds);
            quote!(#lifetime: #bounds)
        }
        GenericParam::Type(parameter) => {
            let (ident, bounds) = (&parameter.ident, &parameter.bounds);
            quote!(#ident: #bounds)
        }
        GenericParam::Const(parameter) => {
            let (ident, ty) = (&parameter.ident, &parameter.ty);
            quote!(const #ident: #ty)
        }
    }
}

/// A generic parameter as an argument of the type.
fn argument(parameter: &GenericParam) -> TokenStream {
    match parameter {
        GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
        GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
        GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
    }
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// Whether tokens contain this name, but not after a `::`.
fn names(tokens: TokenStream, name: &str) -> bool {
    let mut after_colon = false;
    tokens.into_iter().any(|token| {
        let was_after = std::mem::take(&mut after_colon);
        match token {
            TokenTree::Ident(ident) => ident == name && !was_after,
            TokenTree::Group(group) => names(group.stream(), name),
            TokenTree::Punct(punct) => {
                // In a type a colon is one half of a `::`, or before the bounds of a trait.
                after_colon = punct.as_char() == ':';
                false
            }
            TokenTree::Literal(_) => false,
        }
    })
}

/// Replaces each lifetime by `'static`, and `Self` by a type.
fn for_ever(tokens: TokenStream, own: &TokenStream) -> TokenStream {
    let mut after_quote = false;
    let replace = |token| {
        let was_after_quote = std::mem::take(&mut after_quote);
        match token {
            TokenTree::Ident(ident) if was_after_quote => {
                Ident::new("static", ident.span()).into_token_stream()
            }
            TokenTree::Ident(ident) if ident == "Self" => own.clone(),
            TokenTree::Punct(punct) => {
                after_quote = punct.as_char() == '\'';
                punct.into_token_stream()
            }
            TokenTree::Group(group) => {
                let inside = for_ever(group.stream(), own);
                let mut replaced = Group::new(group.delimiter(), inside);
                replaced.set_span(group.span());
                replaced.into_token_stream()
            }
            other => other.into_token_stream(),
        }
    };
    tokens.into_iter().map(replace).collect()
}

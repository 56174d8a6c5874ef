//! `borrowed = OpenRef`: the form of a type that borrows what the type owns.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, LitStr, Type};

use crate::adapters::Adapters;
use crate::attribute::Entries;
use crate::fallback;
use crate::faults::Faults;
use crate::field_type::inside;
use crate::item::{Item, tokens};
use crate::key::COMPOSITE_FIELD;

/// The output of the key.
pub(crate) struct Borrowed {
    /// The borrowed form, the impl of `Owned`, and the conversions.
    pub(crate) output: TokenStream,
    /// The output for an item with mistakes.
    pub(crate) fallback: TokenStream,
}

impl Borrowed {
    /// Reads the key of an item for one of the derives, if it is there.
    pub(crate) fn read(
        input: &DeriveInput,
        derive: &str,
        item: &Item<'_>,
        entries: &Entries,
        faults: &mut Faults,
    ) -> Option<Self> {
        let entry = entries.get("borrowed")?;
        let name = entry.type_name("OpenRef", faults)?;
        if let Some(parameter) = input.generics.params.first() {
            let why = "a type with parameters cannot have a borrowed form: let its fields borrow, \
                       or implement `Owned` by hand";
            faults.at(parameter, why);
            return None;
        }
        if name == "Self" {
            let own = tokens!(Self);
            let output = owned(item, &own, &own, &tokens!(borrowed));
            return Some(Self { fallback: output.clone(), output });
        }
        if name == input.ident {
            faults.at(&name, "the borrowed form is another type: give it another name");
            return None;
        }
        if fields(input).all(is_skipped) {
            let why = format!("`{}` owns nothing that could be borrowed:", input.ident);
            faults.at(&name, format_args!("{why} write `borrowed = Self`"));
            return None;
        }
        for Field { ty, .. } in fields(input).filter(|field| holds_item(&field.ty, item)) {
            let why = "a type that contains itself in a `Box` cannot have a borrowed form, because \
                       that has no box; use a `List` of the type";
            faults.at(ty, why);
        }
        let form = Form { input, derive, item, entries, name };
        Some(Self { output: form.expand(), fallback: form.fallback() })
    }
}

/// The borrowed form of an item.
struct Form<'f> {
    input: &'f DeriveInput,
    derive: &'f str,
    item: &'f Item<'f>,
    entries: &'f Entries,
    name: Ident,
}

impl Form<'_> {
    fn expand(&self) -> TokenStream {
        let (name, krate, vis) = (&self.name, &self.item.krate, self.item.vis);
        let derive = Ident::new(self.derive, Span::call_site());
        let (documents, keys) = (documents(&self.input.attrs), self.keys());
        let summary = format!(" The borrowed form of [`{}`].", self.input.ident.unraw());
        let (item, build) = match &self.input.data {
            Data::Struct(data) => {
                let fields = self.fields(&data.fields);
                let end = matches!(data.fields, Fields::Unnamed(_)).then(|| tokens!(;));
                (tokens!(struct #name<'a> #fields #end), self.build_struct(&data.fields))
            }
            Data::Enum(data) => {
                let variants = data.variants.iter().map(|variant| {
                    let (kept, ident) = (kept(&variant.attrs), &variant.ident);
                    let fields = self.fields(&variant.fields);
                    let number = variant.discriminant.as_ref().map(|(_, it)| tokens!(= #it));
                    tokens!(#(#kept)* #ident #fields #number,)
                });
                (tokens!(enum #name<'a> { #(#variants)* }), self.build_enum())
            }
            Data::Union(_) => return TokenStream::new(),
        };
        let form = tokens! {
            #[doc = #summary]
            #[doc = ""]
            #(#documents)*
            #[derive(
                ::core::clone::Clone,
                ::core::marker::Copy,
                ::core::fmt::Debug,
                ::core::cmp::PartialEq,
                #krate::#derive
            )]
            #[amqp(#keys)]
            #vis #item
        };
        let mut output = form;
        output.extend(owned(self.item, &tokens!(#name<'a>), &tokens!(#name<'_>), &build));
        output.extend(self.conversions());
        output
    }

    /// The conversions to the item, by `From` and by methods.
    fn conversions(&self) -> TokenStream {
        let Self { name, item, .. } = self;
        let (own, vis, krate) = (item.ident, item.vis, &item.krate);
        let copies = format!(" Copies the content into a [`{}`], which owns it.", own.unraw());
        let from = tokens! {
            #[inline]
            fn from(borrowed: #name<'_>) -> Self {
                <Self as #krate::Owned>::from_ref(borrowed)
            }
        };
        let methods = tokens! {
            #[doc = #copies]
            #[allow(dead_code)]
            #[must_use]
            #vis fn into_owned(self) -> #own {
                <#own as #krate::Owned>::from_ref(self)
            }

            #[doc = #copies]
            #[doc = ""]
            #[doc = " In generic code, where this method is not known, `to_owned` is that of `ToOwned`, which"]
            #[doc = " copies the reference only."]
            #[allow(dead_code)]
            #[must_use]
            #vis fn to_owned(&self) -> #own {
                <#own as #krate::Owned>::from_ref(*self)
            }
        };
        let generics = syn::parse_quote!(<'a>);
        let form = Item { ident: name, vis, generics: &generics, krate: krate.clone() };
        let mut output = item.implement(&tokens!(::core::convert::From<#name<'_>>), &[], &from);
        output.extend(form.inherent(&methods));
        output
    }

    /// The keys of the item, for the other form.
    fn keys(&self) -> TokenStream {
        let keys = self.entries.iter().filter(|entry| entry.key != "borrowed").map(|entry| {
            let (key, value) = (&entry.key, entry.value.iter());
            tokens!(#key #(= #value)*,)
        });
        // Errors call both forms by the same name.
        let named = self.derive != "Composite" || self.entries.get("rename").is_some();
        let name = LitStr::new(&self.input.ident.unraw().to_string(), Span::call_site());
        let rename = (!named).then(|| tokens!(rename = #name));
        tokens!(#(#keys)* #rename)
    }

    /// The fields, each of the borrowed form of its type. Those that are not on the wire are omitted.
    fn fields(&self, fields: &Fields) -> TokenStream {
        let on_wire = fields.iter().filter(|field| !is_skipped(field)).map(|field| {
            let (kept, vis, ty) = (kept(&field.attrs), &field.vis, self.borrowed(field));
            let name = field.ident.iter();
            tokens!(#(#kept)* #vis #(#name:)* #ty,)
        });
        match fields {
            Fields::Named(_) => tokens!({ #(#on_wire)* }),
            Fields::Unnamed(_) => tokens!(( #(#on_wire)* )),
            Fields::Unit => TokenStream::new(),
        }
    }

    /// The borrowed form of a field's type; if it has none, the error is at the type.
    fn borrowed(&self, field: &Field) -> TokenStream {
        let (ty, krate) = (&field.ty, &self.item.krate);
        if is_adapted(field) {
            return ty.to_token_stream();
        }
        let span = ty.span().resolved_at(Span::mixed_site());
        quote_spanned!(span=> <#ty as #krate::Owned>::Ref<'a>)
    }

    fn build_struct(&self, fields: &Fields) -> TokenStream {
        let krate = &self.item.krate;
        let values = fields.iter().enumerate().map(|(index, field)| {
            let ty = &field.ty;
            let place = match &field.ident {
                Some(ident) => ident.to_token_stream(),
                None => syn::Index::from(index).into_token_stream(),
            };
            if is_skipped(field) {
                return tokens!(#place: <#ty as ::core::default::Default>::default(),);
            }
            if is_adapted(field) {
                return tokens!(#place: borrowed.#place,);
            }
            tokens!(#place: <#ty as #krate::Owned>::from_ref(borrowed.#place),)
        });
        tokens!(Self { #(#values)* })
    }

    fn build_enum(&self) -> TokenStream {
        let (name, krate) = (&self.name, &self.item.krate);
        let Data::Enum(data) = &self.input.data else { return TokenStream::new() };
        let arms = data.variants.iter().map(|variant| {
            let ident = &variant.ident;
            match variant.fields.iter().next() {
                None => tokens!(#name::#ident => Self::#ident,),
                Some(Field { ty, .. }) => tokens! {
                    #name::#ident(value) => {
                        Self::#ident(<#ty as #krate::Owned>::from_ref(value))
                    }
                },
            }
        });
        tokens!(match borrowed { #(#arms)* })
    }

    /// A type of this name, with impls that are never called.
    fn fallback(&self) -> TokenStream {
        let (name, vis) = (&self.name, self.item.vis);
        let generics = syn::parse_quote!(<'a>);
        let form = Item { ident: name, vis, generics: &generics, krate: self.item.krate.clone() };
        let mut output = tokens! {
            #[doc = ""]
            #[allow(dead_code)]
            #[derive(
                ::core::clone::Clone,
                ::core::marker::Copy,
                ::core::fmt::Debug,
                ::core::cmp::PartialEq
            )]
            #vis struct #name<'a>(::core::marker::PhantomData<&'a ()>);
        };
        output.extend(fallback::value(&form));
        let build = tokens!({
            let _ = borrowed;
            ::core::unreachable!()
        });
        output.extend(owned(self.item, &tokens!(#name<'a>), &tokens!(#name<'_>), &build));
        output.extend(self.conversions());
        output
    }
}

/// The impl of `Owned`, which connects the item and the borrowed form.
fn owned(
    item: &Item<'_>,
    form: &TokenStream,
    any_form: &TokenStream,
    build: &TokenStream,
) -> TokenStream {
    let krate = &item.krate;
    let body = tokens! {
        type Ref<'a> = #form;

        #[inline]
        fn from_ref(borrowed: #any_form) -> Self {
            #build
        }
    };
    item.implement(&tokens!(#krate::Owned), &[], &body)
}

/// All fields, those of variants too.
fn fields(input: &DeriveInput) -> Box<dyn Iterator<Item = &Field> + '_> {
    match &input.data {
        Data::Struct(data) => Box::new(data.fields.iter()),
        Data::Enum(data) => Box::new(data.variants.iter().flat_map(|variant| &variant.fields)),
        Data::Union(data) => Box::new(data.fields.named.iter()),
    }
}

/// Whether a type is the item itself, ignoring options and boxes.
fn holds_item(ty: &Type, item: &Item<'_>) -> bool {
    match inside(ty, "Option").or_else(|| inside(ty, "Box")) {
        Some(inside) => holds_item(inside, item),
        None => {
            matches!(ty, Type::Path(path) if path.path.is_ident(item.ident) || path.path.is_ident("Self"))
        }
    }
}

fn is_skipped(field: &Field) -> bool {
    keys(field).get("skip").is_some()
}

/// Whether functions encode or decode a field: its type is the same in both forms.
fn is_adapted(field: &Field) -> bool {
    Adapters::KEYS.iter().any(|key| keys(field).get(key).is_some())
}

fn keys(field: &Field) -> Entries {
    Entries::read(&field.attrs, &COMPOSITE_FIELD, &mut Faults::default())
}

fn documents(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).collect()
}

/// Returns the attributes that the borrowed form keeps: docs and keys.
fn kept(attributes: &[Attribute]) -> Vec<&Attribute> {
    let kept =
        |attribute: &&Attribute| ["doc", "amqp"].iter().any(|name| attribute.path().is_ident(name));
    attributes.iter().filter(kept).collect()
}

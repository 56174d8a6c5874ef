//! Derive macros for the types of AMQP 1.0.
//!
//! Use them through the crate `amqp-types`, which defines the traits that they implement and re-exports the
//! macros.

mod adapters;
mod attribute;
mod borrowed;
mod checked;
mod descriptor;
mod expand;
mod fallback;
mod faults;
mod field_type;
mod item;
mod key;
mod model;
mod nearest;
mod value;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/layout.md")]
#[proc_macro_derive(Layout, attributes(amqp))]
pub fn layout(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), expand::layout).into()
}

#[doc = include_str!("../docs/composite.md")]
#[proc_macro_derive(Composite, attributes(amqp))]
pub fn composite(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), expand::composite).into()
}

#[doc = include_str!("../docs/restricted.md")]
#[proc_macro_derive(Restricted, attributes(amqp))]
pub fn restricted(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), expand::restricted).into()
}

#[doc = include_str!("../docs/one_of.md")]
#[proc_macro_derive(OneOf, attributes(amqp))]
pub fn one_of(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), expand::one_of).into()
}

#[doc = include_str!("../docs/message.md")]
#[proc_macro_derive(Message, attributes(amqp))]
pub fn message(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), expand::message).into()
}

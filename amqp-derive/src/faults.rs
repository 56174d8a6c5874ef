//! The mistakes in an item, which are reported all at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far, each at its own token.
#[derive(Default)]
pub(crate) struct Faults(Option<Error>);

impl Faults {
    /// Adds a mistake at these tokens.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, fault: Error) {
        match &mut self.0 {
            Some(faults) => faults.combine(fault),
            None => self.0 = Some(fault),
        }
    }

    /// Returns the number of mistakes.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// Returns one `compile_error!` for each mistake, or `None` if there are none.
    pub(crate) fn compile_errors(self) -> Option<TokenStream> {
        self.0.map(Error::into_compile_error)
    }
}

/// Enumerates names: `` `a`, `b` or `c` ``.
pub(crate) fn any_of(names: &[&str]) -> String {
    enumerate(names, "or")
}

/// Enumerates names: `` `a`, `b` and `c` ``.
pub(crate) fn all_of(names: &[&str]) -> String {
    enumerate(names, "and")
}

fn enumerate(names: &[&str], last: &str) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            text += if index + 1 == names.len() { " " } else { ", " };
            if index + 1 == names.len() {
                text += last;
                text += " ";
            }
        }
        text += "`";
        text += name;
        text += "`";
    }
    text
}

//! The users who can connect, as given on the command line.

use std::ffi::OsStr;
use std::fmt;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};

/// A user and the password.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: String,
}

/// Not the password.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Parses a user. Errors do not print the password, as those of clap would.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parser;

impl TypedValueParser for Parser {
    type Value = User;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<User, Error> {
        let text = value.to_str().ok_or("it must be UTF-8");
        text.and_then(parse).map_err(|error| {
            let message = format!("wrong user: {error}\n\n  example: --user ada:secret\n");
            Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

fn parse(text: &str) -> Result<User, &'static str> {
    match text.split_once(':') {
        None => Err("it must be NAME:PASSWORD, and there is no colon"),
        Some(("", _)) => Err("the name before the colon is missing"),
        Some((_, "")) => Err("the password after the colon is missing"),
        // PLAIN separates the two by it (RFC 4616).
        Some(_) if text.contains('\0') => Err("it must not contain a null character"),
        Some((name, password)) => Ok(User { name: name.to_owned(), password: password.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_may_have_colons() {
        let user = parse("ada:p:w").unwrap();
        assert_eq!((user.name.as_str(), user.password.as_str()), ("ada", "p:w"));
        assert!(!format!("{user:?}").contains("p:w"));
    }

    #[test]
    fn mistakes() {
        for (text, says) in
            [("secret", "NAME:PASSWORD"), (":secret", "the name"), ("ada:", "the password")]
        {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says) && !error.contains("secret"), "{text}: {error}");
        }
    }
}

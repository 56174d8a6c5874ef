//! The output of the derives uses full paths only: it depends neither on the prelude nor on the names of a
//! user's types, traits, macros and modules.

#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types)]

/// Names that would conflict with output that is not hygienic.
#[allow(unused_imports, unused_macros)]
mod shadows {
    pub(crate) struct Option;
    pub(crate) struct Result;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Vec;
    pub(crate) struct Iterator;
    pub(crate) struct Accepts;
    pub(crate) struct Constructor;
    pub(crate) struct DecodeError;
    pub(crate) struct Descriptor;
    pub(crate) struct Field;
    pub(crate) struct Format;
    pub(crate) struct Reader;
    pub(crate) struct Writer;
    pub(crate) struct u8;
    pub(crate) struct u32;
    pub(crate) struct usize;
    pub(crate) struct bool;
    pub(crate) struct str;

    pub(crate) trait Encode {}
    pub(crate) trait Decode {}
    pub(crate) trait ArrayItem {}
    pub(crate) trait Described {}
    pub(crate) trait Default {}
    pub(crate) trait PartialEq {}

    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod alloc {}
    pub(crate) mod amqp_types {}

    macro_rules! assert {
        ($($tokens:tt)*) => {
            ::core::compile_error!("a user's own macro");
        };
    }
    macro_rules! unreachable {
        ($($tokens:tt)*) => {
            ::core::compile_error!("a user's own macro");
        };
    }
    pub(crate) use {assert, unreachable};
}

mod types {
    #[allow(unused_imports)]
    use super::shadows::*;

    type Text<'a> = &'a ::core::primitive::str;
    type Number = ::core::primitive::u32;

    pub(crate) const DEFAULT: Number = 7;

    // These names are also local variables in the output.
    const fn fields() -> Number {
        DEFAULT
    }
    const fn default() -> Number {
        DEFAULT
    }
    const fn reader() -> Number {
        DEFAULT
    }

    #[derive(::amqp_types::Layout)]
    #[amqp(prefix = b"AMQP")]
    pub(crate) struct Header {
        pub(crate) octets: ::core::primitive::u8,
        pub(crate) value: ::core::primitive::u16,
    }

    #[derive(::amqp_types::Composite)]
    #[amqp(name = "com.example:list", code = 0x10, strict)]
    pub(crate) struct List<'a, T> {
        pub(crate) reader: Text<'a>,
        pub(crate) writer: T,
        #[amqp(default = fields())]
        pub(crate) fields: Number,
        #[amqp(default = default())]
        pub(crate) default: Number,
        #[amqp(default)]
        pub(crate) value: Number,
        #[amqp(skip)]
        pub(crate) constructor: Number,
        pub(crate) accepts: ::core::option::Option<Number>,
        pub(crate) r#type: Number,
    }

    #[derive(::amqp_types::Composite)]
    #[amqp(source = map)]
    pub(crate) struct Map<'a> {
        pub(crate) key: Text<'a>,
        #[amqp(default = reader())]
        pub(crate) reader: Number,
        #[amqp(default)]
        pub(crate) fields: Number,
        pub(crate) r#type: ::core::option::Option<Number>,
    }

    /// Parameters with unusual names.
    #[derive(::amqp_types::Composite)]
    #[amqp(code = 0x14)]
    pub(crate) struct Letters<B, F, R, T, V, W> {
        pub(crate) b: B,
        pub(crate) f: F,
        pub(crate) r: R,
        pub(crate) t: T,
        pub(crate) v: V,
        pub(crate) w: W,
    }

    #[derive(::amqp_types::Restricted)]
    pub(crate) struct Newtype<T>(pub(crate) T);

    #[derive(::amqp_types::Restricted)]
    #[amqp(code = 0x11)]
    pub(crate) struct Described<T>(pub(crate) T);

    /// Variants with the names of associated items and of items in the prelude.
    #[derive(::amqp_types::Restricted)]
    #[amqp(source = symbol)]
    pub(crate) enum Choices<'a> {
        #[amqp(value = "source")]
        Source,
        #[amqp(value = "some")]
        Some,
        #[amqp(value = "none")]
        None,
        #[amqp(value = "ok")]
        Ok,
        #[amqp(other)]
        Other(::amqp_types::SymbolRef<'a>),
    }

    #[derive(::amqp_types::Restricted)]
    #[amqp(source = ubyte, code = 0x12)]
    #[allow(clippy::upper_case_acronyms)]
    pub(crate) enum Numbers {
        ACCEPTS = 0,
        FORMATS = 1,
    }

    #[derive(::amqp_types::OneOf)]
    pub(crate) enum OneOf<'a, T> {
        Some(Described<T>),
        None(Numbers),
        Err(Text<'a>),
        Ok(Map<'a>),
    }

    #[derive(::amqp_types::Composite)]
    #[amqp(code = 0x13, borrowed = r#Borrowed)]
    pub(crate) struct Owned {
        pub(crate) value: ::amqp_types::Symbol,
        #[amqp(default = fields())]
        pub(crate) borrowed: Number,
        #[amqp(skip)]
        pub(crate) r#type: Number,
    }

    #[derive(::amqp_types::Restricted)]
    #[amqp(source = symbol, borrowed = OwnedChoicesRef)]
    pub(crate) enum OwnedChoices {
        #[amqp(value = "some")]
        Some,
        #[amqp(other)]
        None(::amqp_types::Symbol),
    }

    #[derive(::amqp_types::OneOf)]
    #[amqp(borrowed = EitherRef)]
    pub(crate) enum Either {
        Ok(Owned),
        Err(OwnedChoices),
    }

    #[derive(::amqp_types::OneOf)]
    pub(crate) enum Boxes<'a> {
        Choices(Choices<'a>),
        Newtype(Newtype<Text<'a>>),
    }
}

use ::amqp_types::{Decode as _, Encode as _};
use ::core::assert_eq;
use ::core::option::Option::{None, Some};

#[test]
fn the_output_does_not_use_the_prelude() {
    let header = types::Header { octets: 1, value: 2 };
    assert_eq!(header.to_bytes(), *b"AMQP\x01\x00\x02");
    assert_eq!(types::Header::from_bytes(&header.to_bytes()).unwrap().value, 2);

    let list = types::List {
        reader: "a",
        writer: 1u8,
        fields: types::DEFAULT,
        default: types::DEFAULT,
        value: 0,
        constructor: 9,
        accepts: None,
        r#type: 3,
    };
    let octets = list.to_bytes().unwrap();
    let read = types::List::<u8>::from_bytes(&octets).unwrap();
    assert_eq!((read.reader, read.writer, read.fields, read.default), ("a", 1, 7, 7));
    assert_eq!((read.value, read.constructor, read.accepts, read.r#type), (0, 0, None, 3));

    let letters = types::Letters { b: 1u8, f: 2u8, r: 3u8, t: 4u8, v: 5u8, w: 6u8 };
    let octets = letters.to_bytes().unwrap();
    let read = types::Letters::<u8, u8, u8, u8, u8, u8>::from_bytes(&octets).unwrap();
    assert_eq!((read.b, read.f, read.r, read.t, read.v, read.w), (1, 2, 3, 4, 5, 6));

    let map = types::Map { key: "k", reader: types::DEFAULT, fields: 1, r#type: Some(2) };
    let octets = map.to_bytes().unwrap();
    let read = types::Map::from_bytes(&octets).unwrap();
    assert_eq!((read.key, read.reader, read.fields, read.r#type), ("k", 7, 1, Some(2)));

    let either = types::EitherRef::from_bytes(b"\x00\x53\x13\xc0\x05\x01\xa3\x02ab").unwrap();
    let types::EitherRef::Ok(types::Borrowed { value, borrowed }) = either else {
        ::core::panic!("another variant")
    };
    assert_eq!((value.as_str(), borrowed), ("ab", types::DEFAULT));

    let union = types::OneOf::<u8>::None(types::Numbers::FORMATS);
    assert_eq!(union.to_bytes().unwrap()[..], [0, 0x53, 0x12, 0x50, 1]);
    let choices = types::Boxes::Choices(types::Choices::Source);
    assert_eq!(choices.to_bytes().unwrap()[..], *b"\xa3\x06source");
}

//! Impls for an item with mistakes, which does not compile. They are never called. They prevent further
//! errors that the type has no impls.

use proc_macro2::TokenStream;

use crate::item::{Item, tokens};

/// `Layout`, and the inherent items.
pub(crate) fn layout(item: &Item<'_>) -> TokenStream {
    let krate = &item.krate;
    let body = tokens! {
        const LEN: ::core::primitive::usize = 0;
        type Octets = [::core::primitive::u8; 0];

        fn to_octets(&self) -> Self::Octets {
            ::core::unreachable!()
        }

        fn from_octets(
            _: &[::core::primitive::u8],
        ) -> ::core::result::Result<Self, #krate::DecodeError> {
            ::core::unreachable!()
        }
    };
    let inherent = tokens! {
        /// The number of octets that a value takes.
        #[allow(dead_code)]
        pub const LEN: ::core::primitive::usize = 0;

        /// Returns the octets of the value.
        #[allow(dead_code)]
        pub fn to_bytes(&self) -> [::core::primitive::u8; 0] {
            ::core::unreachable!()
        }

        /// Decodes a value from all of these octets.
        #[allow(dead_code)]
        pub fn from_bytes(
            _: &[::core::primitive::u8],
        ) -> ::core::result::Result<Self, #krate::DecodeError> {
            ::core::unreachable!()
        }
    };
    let mut output = item.implement(&tokens!(#krate::Layout), &[], &body);
    output.extend(item.inherent(&inherent));
    output
}

/// `Encode` and `Decode`.
pub(crate) fn value(item: &Item<'_>) -> TokenStream {
    let krate = &item.krate;
    let encode = tokens! {
        fn encode(&self, _: &mut #krate::Writer<'_>) {
            ::core::unreachable!()
        }
    };
    let decode = tokens! {
        const ACCEPTS: &'static #krate::Accepts = &#krate::Accepts::NOTHING;

        fn decode_value(
            _: #krate::Constructor<'__de>,
            _: &mut #krate::Reader<'_, '__de>,
        ) -> ::core::result::Result<Self, #krate::Failed> {
            ::core::unreachable!()
        }
    };
    let mut output = item.implement(&tokens!(#krate::Encode), &[], &encode);
    output.extend(item.implement_decode(&[], &decode));
    output
}

/// `Encode`, `Decode`, `Described` and `ArrayItem`.
pub(crate) fn item_of_array(item: &Item<'_>) -> TokenStream {
    let krate = &item.krate;
    let described = tokens! {
        const DESCRIPTOR: #krate::Descriptor = #krate::Descriptor::numbered(0);
    };
    let array_item = tokens! {
        const FORMATS: &'static [#krate::Format] = &[];

        fn encode_value(
            &self,
            _: #krate::Format,
            _: &mut #krate::Writer<'_>,
        ) -> ::core::primitive::bool {
            ::core::unreachable!()
        }
    };
    let mut output = value(item);
    output.extend(item.implement(&tokens!(#krate::Described), &[], &described));
    output.extend(item.implement(&tokens!(#krate::ArrayItem), &[], &array_item));
    output
}

/// `EncodeMessage` and `DecodeMessage`.
pub(crate) fn message(item: &Item<'_>) -> TokenStream {
    let krate = &item.krate;
    let encode = tokens! {
        fn encode_message(
            &self,
            _: &mut #krate::messaging::MessageWriter<'_>,
        ) -> ::core::result::Result<(), #krate::EncodeError> {
            ::core::unreachable!()
        }
    };
    let decode = tokens! {
        fn decode_message(
            _: #krate::messaging::MessageRef<'__de>,
        ) -> ::core::result::Result<Self, #krate::DecodeError> {
            ::core::unreachable!()
        }
    };
    let of = tokens!(#krate::messaging::EncodeMessage);
    let mut output = item.implement(&of, &[], &encode);
    let of = tokens!(#krate::messaging::DecodeMessage<'__de>);
    output.extend(item.implement_for_de(&of, &[], &decode));
    output
}

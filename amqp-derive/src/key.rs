//! The keys that are allowed at each place, and why others are not.

/// A place where `#[amqp(...)]` is allowed.
pub(crate) struct Place {
    /// The place, as messages name it.
    pub(crate) what: &'static str,
    /// The keys that are allowed here.
    pub(crate) keys: &'static [&'static str],
    /// Keys with a meaning elsewhere, and why they have none here.
    pub(crate) refused: &'static [(&'static str, &'static str)],
}

const NO_PREFIX: (&str, &str) = (
    "prefix",
    "a value begins with its constructor; fixed octets before it are for structs that derive \
     `Layout`",
);
const NO_MULTIPLE: (&str, &str) = ("multiple", "write the field's type as `Multiple<T>`");
const NO_MANDATORY: (&str, &str) =
    ("mandatory", "a field is mandatory unless its type accepts null, as `Option<T>` does");
const NO_OPTIONAL: (&str, &str) = ("optional", "write the field's type as `Option<T>`");
const NO_DESCRIPTOR: &str = "a message has no descriptor; each of its sections has one";
const ON_FIELD: &str = "it belongs on a field";
const ON_VARIANT: &str = "it belongs on a variant";
const ON_ITEM: &str = "it belongs on the type, above `struct` or `enum`";

/// A struct that derives `Layout`.
pub(crate) const LAYOUT: Place = Place {
    what: "a struct that derives `Layout`",
    keys: &["crate", "prefix"],
    refused: &[
        ("name", "a layout has no constructor and so no descriptor"),
        ("code", "a layout has no constructor and so no descriptor"),
        ("source", "a layout is the octets of its fields in order"),
        ("strict", "a layout always has exactly its own octets"),
        ("rename", "errors in a layout name the octet, not the field"),
        ("borrowed", "a layout has nothing to borrow"),
    ],
};

/// A field of a struct that derives `Layout`.
pub(crate) const LAYOUT_FIELD: Place = Place {
    what: "a field of a layout",
    keys: &[],
    refused: &[
        ("default", "the octets of each field are always present"),
        ("skip", "the octets of each field are always present"),
        ("rename", "errors in a layout name the octet, not the field"),
        ("prefix", ON_ITEM),
        ("crate", ON_ITEM),
    ],
};

/// A struct that derives `Composite`.
pub(crate) const COMPOSITE: Place = Place {
    what: "a struct that derives `Composite`",
    keys: &["crate", "name", "code", "source", "keys", "strict", "rename", "borrowed"],
    refused: &[
        NO_PREFIX,
        ("default", ON_FIELD),
        ("skip", ON_FIELD),
        ("value", "it is for the variants of an enum of choices"),
        ("other", "it is for a variant of an enum of choices; unknown fields are ignored"),
        ("transparent", "derive `Restricted` on a tuple struct with one field"),
    ],
};

/// A field of a struct that derives `Composite`.
pub(crate) const COMPOSITE_FIELD: Place = Place {
    what: "a field of a composite",
    keys: &["default", "skip", "rename", "decode_with", "encode_with"],
    refused: &[
        NO_PREFIX,
        NO_MULTIPLE,
        NO_MANDATORY,
        NO_OPTIONAL,
        ("requires", "the type of the field determines which values are allowed"),
        ("name", "a field has a wire name: `rename`"),
        ("code", "a descriptor belongs to the type of the field"),
        ("value", "it is for the variants of an enum of choices; for a field there is `default`"),
        ("source", ON_ITEM),
        ("keys", ON_ITEM),
        ("strict", ON_ITEM),
        ("borrowed", ON_ITEM),
        ("crate", ON_ITEM),
    ],
};

/// A tuple struct that derives `Restricted`.
pub(crate) const NEWTYPE: Place = Place {
    what: "a newtype that derives `Restricted`",
    keys: &["crate", "name", "code", "decode_with", "borrowed"],
    refused: &[
        NO_PREFIX,
        ("source", "a newtype is encoded as the type of its field"),
        ("default", "a default belongs to the field of a composite"),
        ("value", "it is for the variants of an enum of choices"),
        ("other", "it is for a variant of an enum of choices"),
        ("keys", "it is for composites that are maps"),
        ("strict", "it is for composites"),
        ("rename", "errors do not name a newtype: it has no fields of its own"),
        ("transparent", "a newtype is always transparent, unless it has a `name` or `code`"),
    ],
};

/// The field of a tuple struct that derives `Restricted`.
pub(crate) const NEWTYPE_FIELD: Place = Place {
    what: "the field of a newtype",
    keys: &[],
    refused: &[
        ("default", "a newtype is absent when its field's type is"),
        ("skip", "a newtype is its field"),
        ("rename", "a newtype's field has no name on the wire"),
        ("name", ON_ITEM),
        ("code", ON_ITEM),
        ("borrowed", ON_ITEM),
        ("crate", ON_ITEM),
    ],
};

/// An enum that derives `Restricted`.
pub(crate) const CHOICES: Place = Place {
    what: "an enum that derives `Restricted`",
    keys: &["crate", "source", "name", "code", "borrowed"],
    refused: &[
        NO_PREFIX,
        ("value", ON_VARIANT),
        ("other", ON_VARIANT),
        ("default", "a default belongs to the field of a composite"),
        ("keys", "it is for composites that are maps"),
        ("strict", "choices are always strict, unless a variant has `other`"),
        ("rename", "errors do not name a choice; `value` is its value on the wire"),
    ],
};

/// A variant of an enum that derives `Restricted`.
pub(crate) const CHOICE: Place = Place {
    what: "a choice",
    keys: &["value", "other"],
    refused: &[
        ("rename", "`value` is what is on the wire"),
        ("default", "a default belongs to the field of a composite"),
        ("skip", "each choice has a value on the wire"),
        ("name", "`value` is what is on the wire"),
        ("code", "`value` is what is on the wire"),
        ("source", ON_ITEM),
        ("borrowed", ON_ITEM),
        ("crate", ON_ITEM),
    ],
};

/// A field of a variant of an enum that derives `Restricted`.
pub(crate) const CHOICE_FIELD: Place = Place {
    what: "the field of a choice",
    keys: &[],
    refused: &[
        ("value", ON_VARIANT),
        ("other", ON_VARIANT),
        ("default", "a default belongs to the field of a composite"),
        ("skip", "the field is the value that was decoded"),
        ("rename", "the field is the value that was decoded"),
    ],
};

/// An enum that derives `OneOf`.
pub(crate) const ONE_OF: Place = Place {
    what: "an enum that derives `OneOf`",
    keys: &["crate", "borrowed"],
    refused: &[
        NO_PREFIX,
        ("name", "a union has no descriptor; the types of its variants have one"),
        ("code", "a union has no descriptor; the types of its variants have one"),
        (
            "source",
            "a union is encoded as the type of its variant; for choices derive `Restricted`",
        ),
        ("default", "a union has no default; a field of its type may have one"),
        ("strict", "a union always refuses a value that no variant accepts"),
        ("rename", "errors name the types of its variants, not the union"),
        ("value", "it is for enums of choices, which derive `Restricted`"),
        ("other", "it is for enums of choices, which derive `Restricted`"),
    ],
};

/// A variant of an enum that derives `OneOf`.
pub(crate) const ONE_OF_VARIANT: Place = Place {
    what: "a variant of a union",
    keys: &[],
    refused: &[
        ("name", "it belongs on the type of the variant, whose descriptor selects the variant"),
        ("code", "it belongs on the type of the variant, whose descriptor selects the variant"),
        ("default", "a union has no default; a field of its type may have one"),
        ("skip", "each variant is selected by the constructors of its type"),
        ("rename", "a variant has no name on the wire"),
        ("value", "it is for enums of choices, which derive `Restricted`"),
        ("other", "give the variant a type that accepts all other values"),
        ("borrowed", ON_ITEM),
        ("crate", ON_ITEM),
    ],
};

/// A struct that derives `Message`.
pub(crate) const MESSAGE: Place = Place {
    what: "a struct that derives `Message`",
    keys: &["crate", "rename"],
    refused: &[
        NO_PREFIX,
        ("name", NO_DESCRIPTOR),
        ("code", NO_DESCRIPTOR),
        ("source", "a message is a sequence of sections"),
        ("strict", "the parts of a message without a field are ignored"),
        ("borrowed", "the fields of a message can borrow without it"),
        ("header", ON_FIELD),
        ("delivery_annotations", ON_FIELD),
        ("message_annotations", ON_FIELD),
        ("properties", ON_FIELD),
        ("application_properties", ON_FIELD),
        ("footer", ON_FIELD),
        ("property", ON_FIELD),
        ("application_property", ON_FIELD),
        ("annotation", ON_FIELD),
        ("body", ON_FIELD),
        ("data", ON_FIELD),
        ("skip", ON_FIELD),
    ],
};

/// A field of a struct that derives `Message`.
pub(crate) const MESSAGE_FIELD: Place = Place {
    what: "a field of a message",
    keys: &[
        "header",
        "delivery_annotations",
        "message_annotations",
        "properties",
        "application_properties",
        "footer",
        "property",
        "application_property",
        "annotation",
        "body",
        "data",
        "skip",
        "decode_with",
        "encode_with",
    ],
    refused: &[
        NO_PREFIX,
        NO_MANDATORY,
        NO_OPTIONAL,
        ("default", "write the field's type as `Option<T>`"),
        ("rename", "errors use the name of the field; its key determines what is on the wire"),
        ("name", "an application property has a name: `application_property = \"colour\"`"),
        ("code", "a descriptor belongs to the type of the field"),
        ("value", "for the value of the body use `body`"),
        ("sequence", "a body is one value, `body`, or octets, `data`"),
        ("crate", ON_ITEM),
    ],
};

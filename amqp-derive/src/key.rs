//! Which keys may stand where, and why others may not.

/// A place where `#[amqp(...)]` may stand.
pub(crate) struct Place {
    /// What has the keys, as a message names it.
    pub(crate) what: &'static str,
    /// The keys that may stand here.
    pub(crate) keys: &'static [&'static str],
    /// Keys that have a meaning elsewhere, and why they have none here.
    pub(crate) refused: &'static [(&'static str, &'static str)],
}

const NO_PREFIX: (&str, &str) = (
    "prefix",
    "a value begins with its constructor; fixed octets before it are for structs that derive \
     `Layout`",
);
const NO_MULTIPLE: (&str, &str) = ("multiple", "write the field's type as `Multiple<T>`");
const NO_MANDATORY: (&str, &str) =
    ("mandatory", "a field is mandatory unless its type reads null, as `Option<T>` does");
const NO_OPTIONAL: (&str, &str) = ("optional", "write the field's type as `Option<T>`");
const NO_DESCRIPTOR: &str = "a message has no descriptor: its sections have theirs";
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
        ("source", "a layout is its fields' octets, one after another"),
        ("strict", "a layout has exactly its own octets already"),
        ("rename", "errors in a layout name the octet, not the field"),
        ("borrowed", "a layout owns its octets, which are as quickly read as borrowed"),
    ],
};

/// A field of a struct that derives `Layout`.
pub(crate) const LAYOUT_FIELD: Place = Place {
    what: "a field of a layout",
    keys: &[],
    refused: &[
        ("default", "the octets of each field are always there"),
        ("skip", "the octets of each field are always there"),
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
        (
            "other",
            "it is for a variant of an enum of choices; fields that are not known are passed over",
        ),
        ("transparent", "derive `Restricted` on a tuple struct with one field"),
    ],
};

/// A field of a struct that derives `Composite`.
pub(crate) const COMPOSITE_FIELD: Place = Place {
    what: "a field of a composite",
    keys: &["default", "skip", "rename"],
    refused: &[
        NO_PREFIX,
        NO_MULTIPLE,
        NO_MANDATORY,
        NO_OPTIONAL,
        (
            "decode_with",
            "it belongs on a newtype: derive `Restricted` on one, and make it the type",
        ),
        ("requires", "the type of the field says what may stand there"),
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
        ("source", "a newtype is written as the type of its field"),
        ("default", "a default belongs to the field of a composite"),
        ("value", "it is for the variants of an enum of choices"),
        ("other", "it is for a variant of an enum of choices"),
        ("keys", "it is for composites that are maps"),
        ("strict", "it is for composites"),
        ("rename", "errors do not name a newtype: it has no fields of its own"),
        ("transparent", "a newtype is that already, unless it has a `name` or `code`"),
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
        ("strict", "choices are strict already, unless a variant has `other`"),
        ("rename", "errors do not name a choice: `value` says what is on the wire"),
    ],
};

/// A variant of an enum that derives `Restricted`.
pub(crate) const CHOICE: Place = Place {
    what: "a choice",
    keys: &["value", "other"],
    refused: &[
        ("rename", "`value` says what is on the wire"),
        ("default", "a default belongs to the field of a composite"),
        ("skip", "each choice has a value on the wire"),
        ("name", "`value` says what is on the wire"),
        ("code", "`value` says what is on the wire"),
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
        ("skip", "the field is the value that was read"),
        ("rename", "the field is the value that was read"),
    ],
};

/// An enum that derives `OneOf`.
pub(crate) const ONE_OF: Place = Place {
    what: "an enum that derives `OneOf`",
    keys: &["crate", "borrowed"],
    refused: &[
        NO_PREFIX,
        ("name", "a union has no descriptor: the types of its variants have"),
        ("code", "a union has no descriptor: the types of its variants have"),
        (
            "source",
            "a union is written as the type of its variant; for choices derive `Restricted`",
        ),
        ("default", "a union has no default: the field that holds it may have one"),
        ("strict", "a union refuses what none of its variants reads already"),
        ("rename", "errors do not name a union: its variants' types name themselves"),
        ("value", "it is for enums of choices, which derive `Restricted`"),
        ("other", "it is for enums of choices, which derive `Restricted`"),
    ],
};

/// A variant of an enum that derives `OneOf`.
pub(crate) const ONE_OF_VARIANT: Place = Place {
    what: "a variant of a union",
    keys: &[],
    refused: &[
        ("name", "a variant is read by the descriptor of its type, which is where this belongs"),
        ("code", "a variant is read by the descriptor of its type, which is where this belongs"),
        ("default", "a union has no default: the field that holds it may have one"),
        ("skip", "each variant is read by the constructors of its type"),
        ("rename", "a variant has no name on the wire"),
        ("value", "it is for enums of choices, which derive `Restricted`"),
        ("other", "give the variant a type that reads what the others do not"),
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
        ("source", "a message is its sections, one after another"),
        ("strict", "what is in a message beyond the fields is passed over"),
        ("borrowed", "the fields of a message may borrow as they are"),
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
    ],
    refused: &[
        NO_PREFIX,
        NO_MANDATORY,
        NO_OPTIONAL,
        ("default", "write the field's type as `Option<T>`"),
        ("rename", "errors call a field by its own name, and its key says what is on the wire"),
        ("name", "an application property has a name: `application_property = \"colour\"`"),
        ("code", "a descriptor belongs to the type of the field"),
        ("value", "the value of the body is `body`"),
        ("sequence", "a body is one value, `body`, or octets, `data`"),
        ("crate", ON_ITEM),
    ],
};

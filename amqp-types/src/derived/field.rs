//! Fields whose types must be AMQP types.

use crate::decode::Decode;
use crate::encode::Encode;

/// A type that can be encoded and decoded: the derives use the types of fields by way of this trait, so that rustc
/// reports one that cannot only once.
///
/// With `Encode` and `Decode`, it would report each use in each impl. Here, `Checked` is unknown for such a type, and
/// there is nothing to report about calls that use it. What is left is the same error in each impl, and rustc reports
/// equal errors once. `Known` is always inferred. Its two candidates are necessary: if there were one, rustc would
/// look through it, and `Checked` would be known.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an AMQP type",
    label = "cannot be encoded and decoded",
    note = "on a type of your own, derive `Composite` (a struct with fields), `Restricted` (a newtype, or an \
            enum of choices) or `OneOf` (an enum of types), or implement `Encode` and `Decode`",
    note = "the items of an `Array` or a `Multiple` implement `ArrayItem` too, which `Option<T>` and `Value` do not: a \
            `List` takes any type; the keys of a `Map` implement `Ord`",
    note = "for a type of another crate, use `encode_with` and `decode_with` on the field"
)]
pub trait Field<'de, Known>: Sized {
    /// The type itself.
    type Checked: Encode + Decode<'de>;

    /// Returns the value itself.
    fn checked(&self) -> &Self::Checked;

    /// Returns the value itself.
    fn into_checked(self) -> Self::Checked;

    /// Returns the value itself.
    fn from_checked(checked: Self::Checked) -> Self;
}

/// The candidate for all AMQP types.
#[derive(Debug)]
pub struct Amqp;

/// The candidate for no type.
#[derive(Debug)]
pub struct Nothing;

/// Has no implementations.
pub trait Unimplemented<'de>: Encode + Decode<'de> {}

macro_rules! field {
    ($known:ty: $($bound:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<'de, T: $($bound)*> Field<'de, $known> for T {
            type Checked = T;

            #[inline(always)]
            fn checked(&self) -> &T {
                self
            }

            #[inline(always)]
            fn into_checked(self) -> T {
                self
            }

            #[inline(always)]
            fn from_checked(checked: T) -> T {
                checked
            }
        }
    };
}

field!(Amqp: Encode + Decode<'de>);
field!(Nothing: Unimplemented<'de>);

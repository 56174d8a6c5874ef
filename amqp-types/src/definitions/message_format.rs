//! `message-format`: the encoding of a message (section 2.8.11).

use crate::Restricted;
use crate::transparent::number;

/// The encoding of a message (section 2.8.11): the format in the upper three octets, its version in
/// the lowest one.
///
/// [`MESSAGE_FORMAT`](crate::messaging::MESSAGE_FORMAT) is the format that the standard defines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct MessageFormat(pub u32);

number!(MessageFormat);

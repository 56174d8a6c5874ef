//! The octets of what the peer says of its links, which is kept as long as the links.

use amqp_types::Encode;
use amqp_types::transport::AmqpError;

use super::violation::Violation;

/// The number of octets of the peer's attaches, and of the properties that it has sent last, over all links.
#[derive(Debug, Default)]
pub(super) struct LinkOctets(usize);

impl LinkOctets {
    const MAX: usize = 4 << 20;

    /// Counts something in place of what has been `counted`.
    ///
    /// # Errors
    ///
    /// Fails if it is too much. Nothing has changed in this case.
    pub(super) fn replace(
        &mut self,
        counted: &mut usize,
        new: &impl Encode,
    ) -> Result<(), Violation> {
        let octets = new.to_bytes().map_or(0, |octets| octets.len());
        let others = self.0 - *counted;
        if others + octets > Self::MAX {
            let what =
                format!("attaches and properties of links of more than {} octets", Self::MAX);
            return Err(Violation::new(AmqpError::ResourceLimitExceeded, what));
        }
        self.0 = others + octets;
        *counted = octets;
        Ok(())
    }

    /// Counts something no more.
    pub(super) const fn remove(&mut self, counted: usize) {
        self.0 -= counted;
    }
}

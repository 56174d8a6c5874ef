//! The first step of SASL: the server says which mechanisms it offers (section 5.3.2).

mod failure;
mod mechanisms;
mod settings;

pub use self::failure::SaslFailure;
pub use self::mechanisms::{AwaitingMechanisms, Mechanisms, mechanisms_frame};
pub use self::settings::SaslSettings;

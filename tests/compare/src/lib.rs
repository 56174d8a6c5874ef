//! Compares `amqp-types` with the other AMQP 1.0 codecs: see the README.

pub mod baseline;
pub mod bench;
pub mod check;
pub mod count;
pub mod measure;
pub mod peers;
pub mod picture;
pub mod report;
pub mod work;

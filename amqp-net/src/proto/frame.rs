//! Frames: splitting the input into them, decoding their bodies, and writing them (section 2.3).

mod body;
mod error;
mod head;
mod splitter;
mod writer;

pub use self::body::{Frame, FrameBody, FrameBodyError, FrameBytes};
pub use self::error::FrameError;
pub(super) use self::head::FrameHead;
pub use self::splitter::FrameSplitter;
pub use self::writer::{FrameWriteError, FrameWriter};

#[cfg(test)]
mod tests;

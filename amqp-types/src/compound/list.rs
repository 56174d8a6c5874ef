//! Composites that are lists: fields by position.

mod reader;
mod writer;

pub use reader::ListReader;
pub use writer::ListWriter;

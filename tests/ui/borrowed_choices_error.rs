//! Choices own nothing.

use amqp_types::Restricted;

#[derive(Restricted)]
#[amqp(source = ubyte, borrowed = ModeRef)]
enum Mode {
    Slow = 0,
    Fast = 1,
}

fn main() {}

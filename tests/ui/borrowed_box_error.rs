//! The borrowed form of a box is that of what is in it, which would be without end.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = NodeRef)]
struct Node {
    name: String,
    next: Option<Box<Node>>,
}

fn main() {}

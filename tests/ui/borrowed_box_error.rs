//! The borrowed form of a box is that of its content, which would be infinite here.

use amqp_types::Composite;

#[derive(Composite)]
#[amqp(borrowed = NodeRef)]
struct Node {
    name: String,
    next: Option<Box<Node>>,
}

fn main() {}

//! Types that contain themselves, and types that contain another type of the same name.

#![expect(clippy::use_self, reason = "the name and `Self` are both tried")]

use amqp_types::{Composite, Decode, Encode, List};

mod other {
    use amqp_types::Composite;

    #[derive(Composite, Debug, PartialEq)]
    pub(crate) struct Node<T> {
        pub(crate) inner: T,
    }
}

/// Has the same name as the type that it contains, which is named by a path.
#[derive(Composite, Debug, PartialEq)]
struct Node<T> {
    inner: other::Node<T>,
}

#[derive(Composite, Debug, PartialEq)]
struct Tree<T> {
    value: T,
    left: Option<Box<Tree<T>>>,
    others: List<Self>,
}

#[derive(Composite, Debug, PartialEq)]
struct Branches<T> {
    branches: List<Branches<T>>,
    leaves: List<T>,
}

#[test]
fn the_same_name_in_another_module_is_another_type() {
    let node = Node { inner: other::Node { inner: 1u32 } };
    let octets = node.to_bytes().unwrap();
    assert_eq!(octets[..], [0xc0, 6, 1, 0xc0, 3, 1, 0x52, 1]);
    assert_eq!(Node::from_bytes(&octets), Ok(node));
}

#[test]
fn a_type_that_contains_itself() {
    let leaf = |value| Tree { value, left: None, others: List::default() };
    let tree = Tree {
        value: 1u32,
        left: Some(Box::new(leaf(2))),
        others: List(vec![leaf(3), Tree { left: Some(Box::new(leaf(5))), ..leaf(4) }]),
    };
    assert_eq!(Tree::from_bytes(&tree.to_bytes().unwrap()), Ok(tree));
    let branches = Branches::<u8> { branches: List::default(), leaves: List(vec![7]) };
    assert_eq!(Branches::from_bytes(&branches.to_bytes().unwrap()), Ok(branches));
}

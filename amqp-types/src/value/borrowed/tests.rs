use super::*;

#[test]
fn it_is_small() {
    assert_eq!(size_of::<ValueRef<'_>>(), 24);
}

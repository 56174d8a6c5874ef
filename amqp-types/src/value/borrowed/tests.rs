use alloc::vec::Vec;
use core::fmt::Debug;

use super::*;
use crate::codec::DecodeOwned;
use crate::testing::hex;
use crate::{Array, ArrayRef, Decode, Multiple};

#[cfg(target_pointer_width = "64")]
#[test]
fn it_is_small() {
    assert_eq!(size_of::<ValueRef<'_>>(), 24);
}

/// In an array of described values the descriptor stands before all of them.
#[test]
fn described_items_of_an_array() {
    fn reads<T: Owned + DecodeOwned + PartialEq + Debug>(octets: &str) {
        let octets = hex(octets);
        let array = ArrayRef::<T::Borrowed<'_>>::from_bytes(&octets).unwrap();
        let items: Vec<T> = array.iter().map(T::from_borrowed).collect();
        assert_eq!(items, Array::<T>::from_bytes(&octets).unwrap().0);
    }
    for octets in [
        "e0 07 02 00 53 01 50 07 08",
        "e0 0a 02 00 53 01 a1 01 61 02 6263",
        // Described twice, and by a described value.
        "e0 0a 02 00 53 01 00 53 02 50 07 08",
        "e0 0a 02 00 00 53 03 53 01 50 07 08",
        "e0 0b 02 00 53 01 c0 02 01 41 02 01 42",
        "e0 05 02 00 53 01 40",
    ] {
        reads::<DescribedValue>(octets);
        reads::<Value>(octets);
        let octets = hex(octets);
        let multiple = Multiple::<DescribedValue>::from_bytes(&octets).unwrap();
        let borrowed = Owned::from_borrowed(Decode::from_bytes(&octets).unwrap());
        assert_eq!(multiple, borrowed);
    }
    let octets = hex("e0 07 02 00 53 01 50 07 08");
    let error = ArrayRef::<ValueRef<'_>>::from_bytes(&octets[..8]).unwrap_err();
    assert_eq!(error, Array::<Value>::from_bytes(&octets[..8]).unwrap_err());
}

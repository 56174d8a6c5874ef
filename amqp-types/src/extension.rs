//! Types that are not in the standard itself, but that brokers and clients use.
//!
//! Each is a derived line or two, as yours can be: the module shows how extending is done.

pub mod filter;

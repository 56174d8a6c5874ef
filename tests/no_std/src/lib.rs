//! Encodes and decodes without std. Because std has its own panic handler, a stray `std::` anywhere in the
//! tree is a second one, and does not link.
#![no_std]

extern crate alloc;
#[cfg(feature = "stray")]
extern crate std;

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

use amqp_types::transport::ProtocolHeader;
use amqp_types::{Composite, Decode, Encode, Value};

/// An allocator that always fails, because this program is linked, but never run.
struct Nothing;

unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Nothing = Nothing;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

#[derive(Composite)]
#[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
struct Reading<'a> {
    sensor: &'a str,
    value: Option<i64>,
}

/// Uses the crate, so that it is linked.
#[unsafe(no_mangle)]
pub extern "C" fn amqp_no_std_check(octet: u8) -> bool {
    let mut buffer = [0; 64];
    let reading = Reading { sensor: "s", value: Some(i64::from(octet)) };
    let Ok(octets) = reading.encode_to_slice(&mut buffer) else { return false };
    let read = Reading::from_bytes(octets).is_ok_and(|read| read.value == reading.value);
    let header = ProtocolHeader::from_bytes(&ProtocolHeader::AMQP.to_bytes());
    read && header.is_ok() && Value::from_bytes(&[octet]).is_ok()
}

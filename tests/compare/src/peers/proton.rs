//! Qpid Proton's codec, through its public C API. The only file with `unsafe` in it.
//!
//! Messages are `pn_message_encode` and `pn_message_decode` on a reused `pn_message_t`; dynamic
//! values `pn_data_encode` and `pn_data_decode` of a reused tree; performatives fill such a tree
//! from a struct and read it into one. It has no public frame decoder: its frames are a frame
//! header read by hand and `pn_data_decode`.
//!
//! Safety, for all calls here: each tree and message is made once, is freed with its owner and is
//! used by one thread; octets are given with their length, and what Proton lends out is used only
//! until the tree that it lies in is decoded into again or freed.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int};

use crate::bench::Bench;
use crate::work;

#[repr(C)]
struct PnData {
    _opaque: [u8; 0],
}

#[repr(C)]
struct PnMessage {
    _opaque: [u8; 0],
}

#[repr(C)]
#[derive(Clone, Copy)]
struct PnBytes {
    size: usize,
    start: *const c_char,
}

impl PnBytes {
    fn as_slice(&self) -> &[u8] {
        if self.start.is_null() {
            return &[];
        }
        // SAFETY: see the module.
        unsafe { std::slice::from_raw_parts(self.start.cast(), self.size) }
    }
}

const PN_NULL: c_int = 1;
const PN_UINT: c_int = 7;
const PN_ULONG: c_int = 10;
const PN_TIMESTAMP: c_int = 12;
const PN_STRING: c_int = 20;

unsafe extern "C" {
    fn pn_data(capacity: usize) -> *mut PnData;
    fn pn_data_free(data: *mut PnData);
    fn pn_data_clear(data: *mut PnData);
    fn pn_data_rewind(data: *mut PnData);
    fn pn_data_next(data: *mut PnData) -> bool;
    fn pn_data_enter(data: *mut PnData) -> bool;
    fn pn_data_exit(data: *mut PnData) -> bool;
    fn pn_data_type(data: *mut PnData) -> c_int;
    fn pn_data_encode(data: *mut PnData, bytes: *mut c_char, size: usize) -> isize;
    fn pn_data_decode(data: *mut PnData, bytes: *const c_char, size: usize) -> isize;
    fn pn_data_put_list(data: *mut PnData) -> c_int;
    fn pn_data_put_map(data: *mut PnData) -> c_int;
    fn pn_data_put_described(data: *mut PnData) -> c_int;
    fn pn_data_put_null(data: *mut PnData) -> c_int;
    fn pn_data_put_bool(data: *mut PnData, value: bool) -> c_int;
    fn pn_data_put_ubyte(data: *mut PnData, value: u8) -> c_int;
    fn pn_data_put_ushort(data: *mut PnData, value: u16) -> c_int;
    fn pn_data_put_uint(data: *mut PnData, value: u32) -> c_int;
    fn pn_data_put_ulong(data: *mut PnData, value: u64) -> c_int;
    fn pn_data_put_timestamp(data: *mut PnData, value: i64) -> c_int;
    fn pn_data_put_binary(data: *mut PnData, value: PnBytes) -> c_int;
    fn pn_data_put_string(data: *mut PnData, value: PnBytes) -> c_int;
    fn pn_data_put_symbol(data: *mut PnData, value: PnBytes) -> c_int;
    fn pn_data_get_list(data: *mut PnData) -> usize;
    fn pn_data_get_map(data: *mut PnData) -> usize;
    fn pn_data_get_bool(data: *mut PnData) -> bool;
    fn pn_data_get_ubyte(data: *mut PnData) -> u8;
    fn pn_data_get_ushort(data: *mut PnData) -> u16;
    fn pn_data_get_uint(data: *mut PnData) -> u32;
    fn pn_data_get_ulong(data: *mut PnData) -> u64;
    fn pn_data_get_timestamp(data: *mut PnData) -> i64;
    fn pn_data_get_binary(data: *mut PnData) -> PnBytes;
    fn pn_data_get_string(data: *mut PnData) -> PnBytes;
    fn pn_data_get_symbol(data: *mut PnData) -> PnBytes;
    fn pn_message() -> *mut PnMessage;
    fn pn_message_free(message: *mut PnMessage);
    fn pn_message_decode(message: *mut PnMessage, bytes: *const c_char, size: usize) -> c_int;
    fn pn_message_encode(message: *mut PnMessage, bytes: *mut c_char, size: *mut usize) -> c_int;
    fn pn_message_annotations(message: *mut PnMessage) -> *mut PnData;
    fn pn_message_properties(message: *mut PnMessage) -> *mut PnData;
    fn pn_message_body(message: *mut PnMessage) -> *mut PnData;
}

/// A tree that is used again, and the octets that are decoded into it.
struct Tree {
    data: *mut PnData,
    octets: Vec<u8>,
}

impl Tree {
    fn new(octets: &[u8]) -> Self {
        // SAFETY: see the module.
        Self { data: unsafe { pn_data(16) }, octets: octets.to_vec() }
    }

    fn decode(&self) -> *mut PnData {
        decode_into(self.data, &self.octets);
        self.data
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // SAFETY: see the module.
        unsafe { pn_data_free(self.data) }
    }
}

/// Decodes one value, and gives its length.
fn decode_into(data: *mut PnData, octets: &[u8]) -> usize {
    // SAFETY: see the module.
    let len = unsafe {
        pn_data_clear(data);
        pn_data_decode(data, octets.as_ptr().cast(), octets.len())
    };
    usize::try_from(len).expect("Proton does not decode this")
}

/// A message that is used again, and the octets that are decoded into it.
struct MessageIn {
    message: *mut PnMessage,
    octets: Vec<u8>,
}

impl Drop for MessageIn {
    fn drop(&mut self) {
        // SAFETY: see the module.
        unsafe { pn_message_free(self.message) }
    }
}

/// A buffer that is used again, and a tree to be filled.
struct Out {
    tree: Tree,
    octets: Vec<u8>,
    len: usize,
}

fn out() -> Out {
    Out { tree: Tree::new(&[]), octets: vec![0; 1 << 17], len: 0 }
}

impl Out {
    fn encode(&mut self, data: *mut PnData) {
        // SAFETY: see the module.
        let len =
            unsafe { pn_data_encode(data, self.octets.as_mut_ptr().cast(), self.octets.len()) };
        self.len = usize::try_from(len).expect("Proton does not encode this");
    }

    fn written(&mut self) -> Vec<u8> {
        self.octets[..self.len].to_vec()
    }
}

struct Transfer {
    handle: u32,
    delivery_id: Option<u32>,
    delivery_tag: Option<PnBytes>,
    message_format: Option<u32>,
    settled: Option<bool>,
    more: bool,
    rcv_settle_mode: Option<u8>,
    resume: bool,
    aborted: bool,
    batchable: bool,
}

/// Moves on to the next field: none if it is null or was left out.
unsafe fn field<T>(data: *mut PnData, get: unsafe extern "C" fn(*mut PnData) -> T) -> Option<T> {
    // SAFETY: see the module.
    unsafe { (pn_data_next(data) && pn_data_type(data) != PN_NULL).then(|| get(data)) }
}

/// Steps into the list of a composite.
unsafe fn enter_composite(data: *mut PnData, code: u64) {
    // SAFETY: see the module.
    unsafe {
        pn_data_rewind(data);
        pn_data_next(data);
        pn_data_enter(data);
        pn_data_next(data);
        assert_eq!(pn_data_get_ulong(data), code);
        pn_data_next(data);
        assert!(pn_data_get_list(data) > 0);
        pn_data_enter(data);
    }
}

fn read_transfer(data: *mut PnData) -> Transfer {
    // SAFETY: see the module.
    unsafe {
        enter_composite(data, 0x14);
        let handle = field(data, pn_data_get_uint).unwrap();
        let delivery_id = field(data, pn_data_get_uint);
        let delivery_tag = field(data, pn_data_get_binary);
        let message_format = field(data, pn_data_get_uint);
        let settled = field(data, pn_data_get_bool);
        let more = field(data, pn_data_get_bool).unwrap_or(false);
        let rcv_settle_mode = field(data, pn_data_get_ubyte);
        // A transfer's state is not part of this work.
        assert!(!pn_data_next(data) || pn_data_type(data) == PN_NULL);
        let resume = field(data, pn_data_get_bool).unwrap_or(false);
        let aborted = field(data, pn_data_get_bool).unwrap_or(false);
        let batchable = field(data, pn_data_get_bool).unwrap_or(false);
        Transfer {
            handle,
            delivery_id,
            delivery_tag,
            message_format,
            settled,
            more,
            rcv_settle_mode,
            resume,
            aborted,
            batchable,
        }
    }
}

unsafe fn put<T>(
    data: *mut PnData,
    value: Option<T>,
    put: unsafe extern "C" fn(*mut PnData, T) -> c_int,
) {
    // SAFETY: see the module.
    unsafe {
        match value {
            Some(value) => put(data, value),
            None => pn_data_put_null(data),
        };
    }
}

unsafe fn begin_composite(data: *mut PnData, code: u64) {
    // SAFETY: see the module.
    unsafe {
        pn_data_clear(data);
        pn_data_put_described(data);
        pn_data_enter(data);
        pn_data_put_ulong(data, code);
        pn_data_put_list(data);
        pn_data_enter(data);
    }
}

fn write_transfer(value: &Transfer, out: &mut Out) {
    let data = out.tree.data;
    // SAFETY: see the module.
    unsafe {
        begin_composite(data, 0x14);
        pn_data_put_uint(data, value.handle);
        put(data, value.delivery_id, pn_data_put_uint);
        put(data, value.delivery_tag, pn_data_put_binary);
        put(data, value.message_format, pn_data_put_uint);
        put(data, value.settled, pn_data_put_bool);
        // Fields at the end that are defaults are left out.
        let last = [value.resume, value.aborted, value.batchable].contains(&true);
        if value.more || value.rcv_settle_mode.is_some() || last {
            pn_data_put_bool(data, value.more);
        }
        if value.rcv_settle_mode.is_some() || last {
            put(data, value.rcv_settle_mode, pn_data_put_ubyte);
        }
        if last {
            pn_data_put_null(data);
            pn_data_put_bool(data, value.resume);
            pn_data_put_bool(data, value.aborted);
            pn_data_put_bool(data, value.batchable);
        }
        pn_data_exit(data);
        pn_data_exit(data);
    }
    out.encode(data);
}

#[derive(Clone, Copy)]
enum Property {
    String(PnBytes),
    Uint(u32),
    Ulong(u64),
    Timestamp(i64),
}

struct Open {
    container_id: PnBytes,
    hostname: Option<PnBytes>,
    max_frame_size: u32,
    channel_max: u16,
    idle_time_out: Option<u32>,
    /// The lists of locales and capabilities are not part of this work.
    properties: [Option<(PnBytes, Property)>; 8],
}

fn read_open(data: *mut PnData) -> Open {
    // SAFETY: see the module.
    unsafe {
        enter_composite(data, 0x10);
        let container_id = field(data, pn_data_get_string).unwrap();
        let hostname = field(data, pn_data_get_string);
        let max_frame_size = field(data, pn_data_get_uint).unwrap_or(u32::MAX);
        let channel_max = field(data, pn_data_get_ushort).unwrap_or(u16::MAX);
        let idle_time_out = field(data, pn_data_get_uint);
        for _ in 0..4 {
            assert!(!pn_data_next(data) || pn_data_type(data) == PN_NULL);
        }
        let mut properties = [None; 8];
        let entries = field(data, pn_data_get_map).unwrap_or(0) / 2;
        pn_data_enter(data);
        for property in properties.iter_mut().take(entries) {
            pn_data_next(data);
            let key = pn_data_get_symbol(data);
            pn_data_next(data);
            let value = match pn_data_type(data) {
                PN_STRING => Property::String(pn_data_get_string(data)),
                PN_UINT => Property::Uint(pn_data_get_uint(data)),
                PN_ULONG => Property::Ulong(pn_data_get_ulong(data)),
                PN_TIMESTAMP => Property::Timestamp(pn_data_get_timestamp(data)),
                other => panic!("no such property: {other}"),
            };
            *property = Some((key, value));
        }
        Open { container_id, hostname, max_frame_size, channel_max, idle_time_out, properties }
    }
}

fn write_open(value: &Open, out: &mut Out) {
    let data = out.tree.data;
    // SAFETY: see the module.
    unsafe {
        begin_composite(data, 0x10);
        pn_data_put_string(data, value.container_id);
        put(data, value.hostname, pn_data_put_string);
        pn_data_put_uint(data, value.max_frame_size);
        pn_data_put_ushort(data, value.channel_max);
        put(data, value.idle_time_out, pn_data_put_uint);
        for _ in 0..4 {
            pn_data_put_null(data);
        }
        pn_data_put_map(data);
        pn_data_enter(data);
        for (key, value) in value.properties.iter().flatten() {
            pn_data_put_symbol(data, *key);
            match *value {
                Property::String(text) => pn_data_put_string(data, text),
                Property::Uint(number) => pn_data_put_uint(data, number),
                Property::Ulong(number) => pn_data_put_ulong(data, number),
                Property::Timestamp(time) => pn_data_put_timestamp(data, time),
            };
        }
        pn_data_exit(data);
        pn_data_exit(data);
        pn_data_exit(data);
    }
    out.encode(data);
}

pub fn add(bench: &mut Bench, row: &'static str, reference: &[u8]) {
    match row {
        work::TRANSFER => bench.add(
            row,
            "proton",
            reference,
            Tree::new,
            |tree| read_transfer(tree.decode()),
            out,
            write_transfer,
            Out::written,
        ),
        work::OPEN => bench.add(
            row,
            "proton",
            reference,
            Tree::new,
            |tree| read_open(tree.decode()),
            out,
            write_open,
            Out::written,
        ),
        work::MESSAGE_1K | work::MESSAGE_64K => bench.add(
            row,
            "proton",
            reference,
            |octets| MessageIn {
                // SAFETY: see the module.
                message: unsafe { pn_message() },
                octets: octets.to_vec(),
            },
            |from| {
                // SAFETY: see the module.
                unsafe {
                    let octets = &from.octets;
                    let error =
                        pn_message_decode(from.message, octets.as_ptr().cast(), octets.len());
                    assert_eq!(error, 0);
                    // Whatever it puts off until it is asked for is asked for.
                    std::hint::black_box(pn_message_annotations(from.message));
                    std::hint::black_box(pn_message_properties(from.message));
                    std::hint::black_box(pn_message_body(from.message));
                }
                from.message
            },
            out,
            |message: &*mut PnMessage, out| {
                let mut len = out.octets.len();
                // SAFETY: see the module.
                let error = unsafe {
                    pn_message_encode(*message, out.octets.as_mut_ptr().cast(), &raw mut len)
                };
                assert_eq!(error, 0);
                out.len = len;
            },
            Out::written,
        ),
        // Nothing of it was written for these: its engine has private functions.
        work::DISPOSITION | work::FLOW | work::ATTACH => {}
        // It has no derive.
        work::STRUCT => {}
        _ => bench.add(
            row,
            "proton",
            reference,
            Tree::new,
            Tree::decode,
            out,
            |data: &*mut PnData, out| out.encode(*data),
            Out::written,
        ),
    }
}

pub fn frames(bench: &mut Bench, buffer: &[u8]) {
    bench.add_frames("proton", buffer, |octets| {
        let mut rest = octets;
        let (mut count, mut ids, mut len) = (0, 0, 0);
        while let Some(header) = rest.first_chunk::<8>() {
            let size = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
            let begin = usize::from(header[4]) * 4;
            assert!(header[5] == 0 && (8..=65_536).contains(&size) && (8..=size).contains(&begin));
            if size > rest.len() {
                break;
            }
            let body = &rest[begin..size];
            let data = TREE.with(|tree| tree.data);
            let taken = decode_into(data, body);
            let transfer = read_transfer(data);
            std::hint::black_box(transfer.delivery_tag.map(|tag| tag.as_slice().len()));
            count += 1;
            ids += u64::from(transfer.delivery_id.unwrap());
            len += (body.len() - taken) as u64;
            rest = &rest[size..];
        }
        (count, ids, len)
    });
}

thread_local! {
    static TREE: Tree = Tree::new(&[]);
}

//! Qpid Proton's codec, through its public C API. The only file with `unsafe` in it.
//!
//! Messages are `pn_message_encode` and `pn_message_decode` on a reused `pn_message_t`; dynamic
//! values `pn_data_encode` and `pn_data_decode` of a reused tree; performatives fill such a tree
//! from a struct and read it into one. It has no public frame decoder: its frames are a frame
//! header read by hand and `pn_data_decode`.
//!
//! It encodes only into a given buffer, so the fastest way to allocate the result is to encode into a reused
//! buffer and copy its content.
//!
//! Safety, for all calls here: each tree and message is created once, is freed with its owner and is used by
//! one thread. Octets are passed with their length, and pointers into a tree are used only until the tree is
//! decoded into again or freed.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::ffi::{c_char, c_int};
use std::marker::PhantomData;

use crate::bench::{Bench, Codec, Frames, TransferFields};
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

/// A reused tree, and the octets that are decoded into it.
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

/// Decodes one value, and returns its length.
fn decode_into(data: *mut PnData, octets: &[u8]) -> usize {
    // SAFETY: see the module.
    let len = unsafe {
        pn_data_clear(data);
        pn_data_decode(data, octets.as_ptr().cast(), octets.len())
    };
    usize::try_from(len).expect("Proton does not decode this")
}

/// A reused message, and the octets that are decoded into it.
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

/// The length of the buffer for encoding, which is enough for every row.
const ROOM: usize = 1 << 17;

thread_local! {
    /// The tree that performatives fill, and into which frames are decoded.
    static TREE: Tree = Tree::new(&[]);
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Fills a cleared buffer.
fn fill(buffer: &mut Vec<u8>, encode: impl FnOnce(*mut c_char, usize) -> usize) {
    buffer.clear();
    buffer.reserve(ROOM);
    let len = encode(buffer.as_mut_ptr().cast(), buffer.capacity());
    assert!(len <= buffer.capacity());
    // SAFETY: Proton has written this many octets.
    unsafe { buffer.set_len(len) };
}

fn encode_tree(data: *mut PnData, buffer: &mut Vec<u8>) {
    fill(buffer, |bytes, size| {
        // SAFETY: see the module.
        let len = unsafe { pn_data_encode(data, bytes, size) };
        usize::try_from(len).expect("Proton does not encode this")
    });
}

/// What is decoded and encoded.
trait Kind: 'static {
    type Input;
    type Value;

    fn input(octets: &[u8]) -> Self::Input;
    fn decode(input: &Self::Input) -> Self::Value;
    fn encode(value: &Self::Value, buffer: &mut Vec<u8>);
}

struct Proton<K>(PhantomData<K>);

impl<K: Kind> Codec for Proton<K> {
    const COLUMN: &'static str = "proton";
    type Input = K::Input;
    type Value = K::Value;
    type Buffer = Vec<u8>;
    type Encoded = Vec<u8>;

    fn input(octets: &[u8]) -> K::Input {
        K::input(octets)
    }

    fn decode(input: &K::Input) -> K::Value {
        K::decode(input)
    }

    fn buffer() -> Vec<u8> {
        Vec::new()
    }

    fn encode(value: &K::Value, buffer: &mut Vec<u8>) {
        K::encode(value, buffer);
    }

    fn octets(buffer: &Vec<u8>) -> Vec<u8> {
        buffer.clone()
    }

    fn encode_fresh(value: &K::Value) -> Vec<u8> {
        BUFFER.with_borrow_mut(|buffer| {
            K::encode(value, buffer);
            buffer.as_slice().to_vec()
        })
    }

    fn to_bytes(value: &K::Value) -> Vec<u8> {
        Self::encode_fresh(value)
    }
}

/// A tree as it is.
struct AnyValue;

impl Kind for AnyValue {
    type Input = Tree;
    type Value = *mut PnData;

    fn input(octets: &[u8]) -> Tree {
        Tree::new(octets)
    }

    fn decode(input: &Tree) -> *mut PnData {
        input.decode()
    }

    fn encode(value: &*mut PnData, buffer: &mut Vec<u8>) {
        encode_tree(*value, buffer);
    }
}

impl Kind for Transfer {
    type Input = Tree;
    type Value = Self;

    fn input(octets: &[u8]) -> Tree {
        Tree::new(octets)
    }

    fn decode(input: &Tree) -> Self {
        read_transfer(input.decode())
    }

    fn encode(value: &Self, buffer: &mut Vec<u8>) {
        TREE.with(|tree| write_transfer(value, tree.data, buffer));
    }
}

impl Kind for Open {
    type Input = Tree;
    type Value = Self;

    fn input(octets: &[u8]) -> Tree {
        Tree::new(octets)
    }

    fn decode(input: &Tree) -> Self {
        read_open(input.decode())
    }

    fn encode(value: &Self, buffer: &mut Vec<u8>) {
        TREE.with(|tree| write_open(value, tree.data, buffer));
    }
}

impl Kind for MessageIn {
    type Input = Self;
    type Value = *mut PnMessage;

    fn input(octets: &[u8]) -> Self {
        // SAFETY: see the module.
        Self { message: unsafe { pn_message() }, octets: octets.to_vec() }
    }

    fn decode(input: &Self) -> *mut PnMessage {
        // SAFETY: see the module.
        unsafe {
            let octets = &input.octets;
            let error = pn_message_decode(input.message, octets.as_ptr().cast(), octets.len());
            assert_eq!(error, 0);
            // Proton may decode parts lazily, so all of them are requested.
            std::hint::black_box(pn_message_annotations(input.message));
            std::hint::black_box(pn_message_properties(input.message));
            std::hint::black_box(pn_message_body(input.message));
        }
        input.message
    }

    fn encode(value: &*mut PnMessage, buffer: &mut Vec<u8>) {
        fill(buffer, |bytes, mut size| {
            // SAFETY: see the module.
            let error = unsafe { pn_message_encode(*value, bytes, &raw mut size) };
            assert_eq!(error, 0);
            size
        });
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

/// Moves to the next field. Returns `None` if it is null or absent.
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

fn write_transfer(value: &Transfer, data: *mut PnData, buffer: &mut Vec<u8>) {
    // SAFETY: see the module.
    unsafe {
        begin_composite(data, 0x14);
        pn_data_put_uint(data, value.handle);
        put(data, value.delivery_id, pn_data_put_uint);
        put(data, value.delivery_tag, pn_data_put_binary);
        put(data, value.message_format, pn_data_put_uint);
        put(data, value.settled, pn_data_put_bool);
        // Trailing fields with their defaults are omitted.
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
    encode_tree(data, buffer);
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

fn write_open(value: &Open, data: *mut PnData, buffer: &mut Vec<u8>) {
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
    encode_tree(data, buffer);
}

pub fn add(bench: &mut Bench, row: &'static str, references: &[Vec<u8>]) {
    let reference = &references[0];
    match row {
        work::TRANSFER => bench.add::<Proton<Transfer>>(row, reference),
        work::OPEN => bench.add::<Proton<Open>>(row, reference),
        work::MESSAGE_1K | work::MESSAGE_64K => bench.add::<Proton<MessageIn>>(row, reference),
        work::FRAMES | work::VARIED_FRAMES => {
            bench.add_frames(row, "proton", reference, read_frames);
        }
        work::VARIED_TRANSFERS => bench.add_varied::<Proton<Transfer>>(row, references),
        // These are not implemented here. Proton's engine uses private functions for them.
        work::DISPOSITION | work::FLOW | work::ATTACH => {}
        // Proton has no derive.
        work::STRUCT | work::VARIED_STRUCTS => {}
        _ => bench.add::<Proton<AnyValue>>(row, reference),
    }
}

fn read_frames(octets: &[u8]) -> Frames {
    let mut rest = octets;
    let mut frames = Frames::default();
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
        let fields = TransferFields {
            handle: transfer.handle,
            delivery_id: transfer.delivery_id,
            delivery_tag: transfer.delivery_tag.as_ref().map(PnBytes::as_slice),
            message_format: transfer.message_format,
            settled: transfer.settled,
            more: transfer.more,
            rcv_settle_mode: transfer.rcv_settle_mode,
            resume: transfer.resume,
            aborted: transfer.aborted,
            batchable: transfer.batchable,
        };
        frames.add(&fields, &body[taken..]);
        rest = &rest[size..];
    }
    frames
}

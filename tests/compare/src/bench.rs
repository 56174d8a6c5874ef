//! The measured cases, each of which has a row, an operation and a column.

use std::fmt;
use std::hint::black_box;

use crate::work::mix;

/// An operation on a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Encodes into a reused buffer, which is large enough.
    Encode,
    /// Encodes into a fresh buffer.
    Fresh,
    /// Encodes into `Bytes`.
    ToBytes,
    Decode,
}

impl Op {
    pub const ALL: [Self; 4] = [Self::Encode, Self::Fresh, Self::ToBytes, Self::Decode];

    pub fn name(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::Fresh => "fresh",
            Self::ToBytes => "to_bytes",
            Self::Decode => "decode",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a column encodes and decodes the values of a row.
pub trait Codec: 'static {
    const COLUMN: &'static str;
    /// Octets to decode, in the form that the stack accepts.
    type Input;
    type Value;
    type Buffer;
    /// The result of [`Codec::to_bytes`].
    type Encoded: AsRef<[u8]>;

    fn input(octets: &[u8]) -> Self::Input;
    fn decode(input: &Self::Input) -> Self::Value;
    fn buffer() -> Self::Buffer;
    /// Replaces the content of the buffer.
    fn encode(value: &Self::Value, buffer: &mut Self::Buffer);
    fn octets(buffer: &Self::Buffer) -> Vec<u8>;
    fn to_bytes(value: &Self::Value) -> Self::Encoded;

    fn encode_fresh(value: &Self::Value) -> Self::Buffer {
        let mut buffer = Self::buffer();
        Self::encode(value, &mut buffer);
        buffer
    }
}

/// How a column reads the values of a row without keeping them.
pub trait Read: 'static {
    const COLUMN: &'static str;

    /// Returns a number that depends on the whole content of the value.
    fn read(octets: &[u8]) -> u64;
    fn recode(octets: &[u8]) -> Vec<u8>;
}

/// Runs an operation this many times.
pub type Run = Box<dyn FnMut(u64)>;

/// A measured case.
pub struct Case {
    pub row: &'static str,
    pub op: Op,
    pub column: &'static str,
    /// The number of octets that one operation writes or reads, on average.
    pub octets: usize,
    /// The number of operations in one round of `run`.
    pub per: u64,
    pub run: Run,
}

/// Decodes octets and encodes the value, for the check before the measurement.
pub struct Recoder {
    pub row: &'static str,
    pub column: &'static str,
    pub recode: fn(&[u8]) -> Vec<u8>,
}

/// The number that [`Read`] returns, which must be the same in all columns of a row.
pub struct Reader {
    pub row: &'static str,
    pub column: &'static str,
    pub read: fn(&[u8]) -> u64,
}

/// The content of the frames, which must be the same in all columns of a row.
pub struct FrameReader {
    pub row: &'static str,
    pub column: &'static str,
    pub read: fn(&[u8]) -> Frames,
}

/// The content of a buffer of frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    pub count: u64,
    /// The sum of all fields of all transfers.
    fields: u64,
    payloads: u64,
}

/// The fields of a decoded transfer. Its state is absent in all rows.
pub struct TransferFields<'a> {
    pub handle: u32,
    pub delivery_id: Option<u32>,
    pub delivery_tag: Option<&'a [u8]>,
    pub message_format: Option<u32>,
    pub settled: Option<bool>,
    pub more: bool,
    pub rcv_settle_mode: Option<u8>,
    pub resume: bool,
    pub aborted: bool,
    pub batchable: bool,
}

/// Returns the length plus the first octet, so that the content is accessed.
#[inline]
pub fn touch(octets: &[u8]) -> u64 {
    octets.len() as u64 + octets.first().map_or(0, |octet| u64::from(*octet))
}

impl Frames {
    #[inline]
    pub fn add(&mut self, transfer: &TransferFields<'_>, payload: &[u8]) {
        self.count += 1;
        let flags = [transfer.more, transfer.resume, transfer.aborted, transfer.batchable];
        self.fields += u64::from(transfer.handle)
            + transfer.delivery_id.map_or(1, u64::from)
            + transfer.delivery_tag.map_or(1, touch)
            + transfer.message_format.map_or(1, u64::from)
            + transfer.settled.map_or(2, u64::from)
            + transfer.rcv_settle_mode.map_or(2, u64::from)
            + flags.iter().zip(3..).map(|(flag, weight)| u64::from(*flag) * weight).sum::<u64>();
        self.payloads += touch(payload);
    }
}

#[derive(Default)]
pub struct Bench {
    pub cases: Vec<Case>,
    pub recoders: Vec<Recoder>,
    pub readers: Vec<Reader>,
    pub frames: Vec<FrameReader>,
}

/// Copies of the input at several addresses. The address relative to the stack can cost as much time as
/// decoding does, and differs from process to process, so each sample reads the next copy.
struct Copies<T> {
    copies: Vec<T>,
    calls: usize,
}

impl<T> Copies<T> {
    const COUNT: usize = 8;

    fn new(copy: impl Fn() -> T) -> Self {
        // Gaps place the copies at different offsets within a page.
        let mut gaps = Vec::new();
        let copies = (0..Self::COUNT).map(|index| {
            gaps.push(vec![0u8; 1000 + 500 * index]);
            copy()
        });
        Self { copies: copies.collect(), calls: 0 }
    }

    /// Returns the next copy. A sample consists of two calls, the first of which loads it into the caches.
    fn next(&mut self) -> &T {
        self.calls += 1;
        &self.copies[self.calls.div_ceil(2) % Self::COUNT]
    }
}

/// Random orders for the items of a row: too many for a branch predictor to learn.
struct Orders {
    orders: Vec<Vec<u16>>,
    next: usize,
}

impl Orders {
    const COUNT: usize = 64;

    fn new(items: usize) -> Self {
        let order = |seed: usize| {
            let mut order: Vec<u16> = (0..u16::try_from(items).unwrap()).collect();
            order.sort_by_key(|index| mix((seed << 16) as u64 | u64::from(*index)));
            order
        };
        Self { orders: (0..Self::COUNT).map(order).collect(), next: 0 }
    }

    fn next(&mut self) -> &[u16] {
        self.next = (self.next + 1) % Self::COUNT;
        &self.orders[self.next]
    }
}

/// Runs an operation on one item repeatedly.
fn on_one<T: 'static>(item: T, mut each: impl FnMut(&T) + 'static) -> Run {
    Box::new(move |times| {
        for _ in 0..times {
            each(black_box(&item));
        }
    })
}

/// Runs an operation on each item, in another order each time.
fn on_all<T: 'static>(items: Vec<T>, mut each: impl FnMut(&T) + 'static) -> Run {
    let mut orders = Orders::new(items.len());
    Box::new(move |times| {
        for _ in 0..times {
            for index in orders.next() {
                each(black_box(&items[usize::from(*index)]));
            }
        }
    })
}

/// Runs an operation on one item, which is at another address in each sample.
fn on_copies<T: 'static>(copy: impl Fn() -> T, each: impl Fn(&T) + 'static) -> Run {
    let mut copies = Copies::new(copy);
    Box::new(move |times| {
        let item = copies.next();
        for _ in 0..times {
            each(black_box(item));
        }
    })
}

/// A value, with the input from which it was decoded and may borrow.
struct Ready<C: Codec> {
    value: C::Value,
    _input: C::Input,
}

impl<C: Codec> Ready<C> {
    fn new(octets: &[u8]) -> Self {
        let input = C::input(octets);
        Self { value: C::decode(&input), _input: input }
    }
}

fn encode<C: Codec>() -> impl FnMut(&Ready<C>) {
    let mut buffer = C::buffer();
    move |ready| {
        C::encode(&ready.value, &mut buffer);
        black_box(&mut buffer);
    }
}

fn encode_fresh<C: Codec>(ready: &Ready<C>) {
    black_box(&C::encode_fresh(&ready.value));
}

fn to_bytes<C: Codec>(ready: &Ready<C>) {
    black_box(&C::to_bytes(&ready.value));
}

fn decode<C: Codec>(input: &C::Input) {
    black_box(&C::decode(input));
}

fn recode<C: Codec>(octets: &[u8]) -> Vec<u8> {
    let ready = Ready::<C>::new(octets);
    let mut buffer = C::buffer();
    C::encode(&ready.value, &mut buffer);
    let octets = C::octets(&buffer);
    assert_eq!(C::octets(&C::encode_fresh(&ready.value)), octets, "{}: fresh", C::COLUMN);
    assert_eq!(C::to_bytes(&ready.value).as_ref(), octets, "{}: to_bytes", C::COLUMN);
    octets
}

fn total_len<'a>(octets: impl IntoIterator<Item = &'a Vec<u8>>) -> usize {
    octets.into_iter().map(Vec::len).sum()
}

impl Bench {
    fn case(
        &mut self,
        (row, op, column): (&'static str, Op, &'static str),
        octets: usize,
        per: usize,
        run: Run,
    ) {
        self.cases.push(Case { row, op, column, octets: octets / per, per: per as u64, run });
    }

    /// A row of one value. Encoding starts from an existing value. Dropping the decoded value is measured.
    pub fn add<C: Codec>(&mut self, row: &'static str, reference: &[u8]) {
        let column = C::COLUMN;
        let octets = recode::<C>(reference).len();
        let ready = || Ready::<C>::new(reference);
        self.case((row, Op::Encode, column), octets, 1, on_one(ready(), encode::<C>()));
        self.case((row, Op::Fresh, column), octets, 1, on_one(ready(), encode_fresh::<C>));
        self.case((row, Op::ToBytes, column), octets, 1, on_one(ready(), to_bytes::<C>));
        let run = on_copies(|| C::input(reference), decode::<C>);
        self.case((row, Op::Decode, column), reference.len(), 1, run);
        self.recoders.push(Recoder { row, column, recode: recode::<C> });
    }

    /// A row of many values in random order.
    pub fn add_varied<C: Codec>(&mut self, row: &'static str, references: &[Vec<u8>]) {
        let (column, per) = (C::COLUMN, references.len());
        let octets = references.iter().map(|octets| recode::<C>(octets).len()).sum();
        let ready = || references.iter().map(|octets| Ready::<C>::new(octets)).collect();
        self.case((row, Op::Encode, column), octets, per, on_all(ready(), encode::<C>()));
        self.case((row, Op::Fresh, column), octets, per, on_all(ready(), encode_fresh::<C>));
        self.case((row, Op::ToBytes, column), octets, per, on_all(ready(), to_bytes::<C>));
        let inputs = references.iter().map(|octets| C::input(octets)).collect();
        let run = on_all(inputs, decode::<C>);
        self.case((row, Op::Decode, column), total_len(references), per, run);
        self.recoders.push(Recoder { row, column, recode: recode::<C> });
    }

    fn reader<R: Read>(&mut self, row: &'static str) {
        let column = R::COLUMN;
        self.recoders.push(Recoder { row, column, recode: R::recode });
        self.readers.push(Reader { row, column, read: R::read });
    }

    /// A row of one value that is only read.
    pub fn add_read<R: Read>(&mut self, row: &'static str, reference: &[u8]) {
        let run = on_copies(|| reference.to_vec(), |octets| _ = black_box(R::read(octets)));
        self.case((row, Op::Decode, R::COLUMN), reference.len(), 1, run);
        self.reader::<R>(row);
    }

    /// A row of many values in random order that are only read.
    pub fn add_varied_read<R: Read>(&mut self, row: &'static str, references: &[Vec<u8>]) {
        let run = on_all(references.to_vec(), |octets| _ = black_box(R::read(octets)));
        let octets = total_len(references);
        self.case((row, Op::Decode, R::COLUMN), octets, references.len(), run);
        self.reader::<R>(row);
    }

    /// All frames of a buffer, one after another.
    pub fn add_frames(
        &mut self,
        row: &'static str,
        column: &'static str,
        buffer: &[u8],
        read: fn(&[u8]) -> Frames,
    ) {
        let frames = usize::try_from(read(buffer).count).unwrap();
        let run = on_one(buffer.to_vec(), move |buffer| _ = black_box(read(buffer)));
        self.case((row, Op::Decode, column), buffer.len(), frames, run);
        self.frames.push(FrameReader { row, column, read });
    }

    /// The limit: the same octets are copied, into a reused or a fresh buffer.
    pub fn add_copies(&mut self, row: &'static str, references: &[Vec<u8>], ops: &[Op]) {
        let longest = references.iter().map(Vec::len).max().unwrap();
        for op in ops {
            let mut to = vec![0; longest];
            let copy = move |from: &Vec<u8>| {
                to[..from.len()].copy_from_slice(from);
                black_box(&mut to);
            };
            let copy_fresh = |from: &Vec<u8>| _ = black_box(from.to_vec());
            let run = match (op, references) {
                (Op::Encode | Op::Decode, [one]) => on_one(one.clone(), copy),
                (Op::Encode | Op::Decode, all) => on_all(all.to_vec(), copy),
                (_, [one]) => on_one(one.clone(), copy_fresh),
                (_, all) => on_all(all.to_vec(), copy_fresh),
            };
            let octets = total_len(references);
            self.case((row, *op, "memcpy"), octets, references.len(), run);
        }
    }
}

//! What is measured: cases, each a row, an operation and a column.

use std::fmt;
use std::hint::black_box;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Encode,
    Decode,
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
        })
    }
}

/// One thing that is measured.
pub struct Case {
    pub row: &'static str,
    pub op: Op,
    pub column: &'static str,
    /// How many octets one operation writes or reads.
    pub octets: usize,
    /// How many operations one round of `run` is.
    pub per: u64,
    pub run: Box<dyn FnMut(u64)>,
}

/// What the check before the measurement needs: octets decoded and encoded again.
pub struct Codec {
    pub row: &'static str,
    pub column: &'static str,
    pub recode: Box<dyn Fn(&[u8]) -> Vec<u8>>,
}

#[derive(Default)]
pub struct Bench {
    pub cases: Vec<Case>,
    pub codecs: Vec<Codec>,
    /// The rows of frames: a function that says how many frames there were, and the sum of their
    /// delivery-ids and of their payloads' lengths.
    pub frames: Vec<(&'static str, Box<dyn Fn(&[u8]) -> (u64, u64, u64)>)>,
}

/// What is read, in several places of memory. Where octets lie beside the stack can cost as much as it
/// takes to decode them, and differs from process to process: each sample reads the next copy.
struct Copies<T> {
    copies: Vec<T>,
    calls: usize,
}

impl<T> Copies<T> {
    const COUNT: usize = 8;

    fn new(copy: impl Fn() -> T) -> Self {
        // Between them lies what puts them at different distances from the start of a page.
        let mut between = Vec::new();
        let copies = (0..Self::COUNT).map(|index| {
            between.push(vec![0u8; 1000 + 500 * index]);
            copy()
        });
        Self { copies: copies.collect(), calls: 0 }
    }

    /// The next copy. A sample is two calls: the first one brings it into the caches.
    fn next(&mut self) -> &T {
        self.calls += 1;
        &self.copies[self.calls.div_ceil(2) % Self::COUNT]
    }
}

impl Bench {
    /// A codec of one row: encoding starts from a ready value and writes to a buffer that is used
    /// again; dropping the decoded value counts.
    #[allow(clippy::too_many_arguments)]
    pub fn add<T: 'static, I: 'static, B: 'static>(
        &mut self,
        row: &'static str,
        column: &'static str,
        reference: &[u8],
        input: impl Fn(&[u8]) -> I + 'static,
        decode: impl Fn(&I) -> T + Copy + 'static,
        buffer: impl Fn() -> B + 'static,
        encode: impl Fn(&T, &mut B) + Copy + 'static,
        octets: impl Fn(&mut B) -> Vec<u8> + 'static,
    ) {
        let mut inputs = Copies::new(|| input(reference));
        let from = input(reference);
        let value = decode(&from);
        let mut to = buffer();
        encode(&value, &mut to);
        let written = octets(&mut to).len();
        self.cases.push(Case {
            row,
            op: Op::Encode,
            column,
            octets: written,
            per: 1,
            run: Box::new(move |times| {
                // What the value was read from lives as long as the value does.
                let _ = &from;
                for _ in 0..times {
                    encode(black_box(&value), &mut to);
                    black_box(&mut to);
                }
            }),
        });
        self.cases.push(Case {
            row,
            op: Op::Decode,
            column,
            octets: reference.len(),
            per: 1,
            run: Box::new(move |times| {
                let octets = inputs.next();
                for _ in 0..times {
                    let value = decode(black_box(octets));
                    black_box(&value);
                }
            }),
        });
        let recode = move |from: &[u8]| {
            let from = input(from);
            let value = decode(&from);
            let mut to = buffer();
            encode(&value, &mut to);
            octets(&mut to)
        };
        self.codecs.push(Codec { row, column, recode: Box::new(recode) });
    }

    /// A way to decode that keeps nothing: there is no value to encode from.
    pub fn add_borrowed(
        &mut self,
        row: &'static str,
        column: &'static str,
        reference: &[u8],
        decode: impl Fn(&[u8]) + 'static,
        recode: impl Fn(&[u8]) -> Vec<u8> + 'static,
    ) {
        let mut inputs = Copies::new(|| reference.to_vec());
        self.cases.push(Case {
            row,
            op: Op::Decode,
            column,
            octets: reference.len(),
            per: 1,
            run: Box::new(move |times| {
                let octets = inputs.next();
                for _ in 0..times {
                    decode(black_box(octets));
                }
            }),
        });
        self.codecs.push(Codec { row, column, recode: Box::new(recode) });
    }

    /// All frames of a buffer, one after another.
    pub fn add_frames(
        &mut self,
        column: &'static str,
        buffer: &[u8],
        count: impl Fn(&[u8]) -> (u64, u64, u64) + Copy + 'static,
    ) {
        let owned = buffer.to_vec();
        let (frames, _, _) = count(&owned);
        self.cases.push(Case {
            row: crate::work::FRAMES,
            op: Op::Decode,
            column,
            octets: buffer.len() / usize::try_from(frames).unwrap(),
            per: frames,
            run: Box::new(move |times| {
                for _ in 0..times {
                    black_box(count(black_box(&owned)));
                }
            }),
        });
        self.frames.push((column, Box::new(count)));
    }

    /// The limit: the same octets copied.
    pub fn add_copies(&mut self, row: &'static str, octets: &[u8]) {
        for op in [Op::Encode, Op::Decode] {
            let from = octets.to_vec();
            let mut to = vec![0; octets.len()];
            self.cases.push(Case {
                row,
                op,
                column: "memcpy",
                octets: octets.len(),
                per: 1,
                run: Box::new(move |times| {
                    for _ in 0..times {
                        to.copy_from_slice(black_box(&from));
                        black_box(&mut to);
                    }
                }),
            });
        }
    }
}

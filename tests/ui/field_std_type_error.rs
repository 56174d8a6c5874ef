use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use amqp_types::{Composite, List, Map};

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Reading<'a> {
    octets: Vec<u8>,
    numbers: Vec<u32>,
    labels: HashMap<String, u32>,
    ordered: BTreeMap<String, u32>,
    names: HashSet<String>,
    count: usize,
    offset: isize,
    large: u128,
    balance: i128,
    every: Duration,
    taken: SystemTime,
    seen: std::time::Instant,
    text: Cow<'a, str>,
    id: [u8; 16],
    hash: [u8; 32],
    limits: [u32; 2],
    boxed: Box<str>,
    slice: Box<[u32]>,
    shared: Arc<str>,
    counted: Rc<u32>,
    path: PathBuf,
    pair: (u8, u8),
    borrowed: &'a [u32],
    inside: Option<Map<String, List<Vec<u8>>>>,
    last: Option<Instant>,
}

fn main() {}

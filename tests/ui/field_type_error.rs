use amqp_types::{Composite, Decode, Encode, List, Map, Multiple, Writer};

struct Clock;

/// Only one direction.
struct Tick;

impl Encode for Tick {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.described_list(&amqp_types::Descriptor::numbered(1), |_| {});
    }
}

#[derive(Composite)]
#[amqp(code = 0x10)]
struct Reading {
    value: u8,
    clock: Clock,
    every: Option<Clock>,
    all: List<Option<Clock>>,
    by_name: Map<String, Clock>,
    tick: Tick,
    ticks: Multiple<Tick>,
}

fn main() {
    // The type is used without further errors.
    let _ = Reading::from_bytes(&[]).map(|reading: Reading| reading.to_bytes());
}

//! Two engines whose users do random things, over a stream that is cut anywhere.

mod random;
mod side;

use amqp_types::transport::Role;
use bytes::Buf;

use self::random::{MOST, Random};
use self::side::Side;
use super::helpers::{attach, drive, frames};
use super::*;

struct World {
    now: Instant,
    random: Random,
    sides: [Side; 2],
    max_frame_sizes: [u32; 2],
    /// The octets on the way to each side.
    wires: [Vec<u8>; 2],
    most_sessions: usize,
    links: u32,
    messages: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let now = Instant::now();
        let mut random = Random::new(seed);
        let mut frame_size = || random.of(&[512, 513, 600, 4096, 32_768]).unwrap();
        let max_frame_sizes = [frame_size(), frame_size()];
        let frames = random.of(&[16, 17, 40, 200, 2000]).unwrap();
        let buffers = max_frame_sizes.map(|size| frames * u64::from(size));
        let settings = |side: usize| {
            settings().max_frame_size(max_frame_sizes[side]).receive_buffer(buffers[side])
        };
        let mut client = Connection::client(settings(0), now).unwrap();
        let mut server = Connection::server(settings(1), now);
        server.handle_input(now, &mut &*client.poll_transmit().unwrap());
        server.accept(now).unwrap();
        drive(now, &mut client, &mut server);
        Self {
            now,
            random,
            sides: [Side::new(client, buffers[0]), Side::new(server, buffers[1])],
            max_frame_sizes,
            wires: [Vec::new(), Vec::new()],
            // More could wait for windows of others, which receive nothing.
            most_sessions: usize::try_from(frames / 8).unwrap().min(10),
            links: 0,
            messages: 0,
        }
    }

    fn act(&mut self) {
        let (now, side) = (self.now, self.random.below(2));
        let is_room = self.sides.iter().all(|side| {
            let sessions = side.connection.stats().sessions;
            sessions < self.most_sessions
        });
        let Self { sides, random, .. } = self;
        let acting = &mut sides[side];
        match random.below(100) {
            0..4 if is_room => acting.begin(now),
            4..10 => {
                self.links += 1;
                // Both sides can attach a link of the same name, at different ends.
                acting.attach(now, format!("{} of {side}", self.links), random);
            }
            10..20 => acting.decide(now, random),
            20..32 => acting.grant(now, random),
            32..62 => {
                let most = random.of(&[1, 100, 600, 5000, 20_000, MOST]).unwrap();
                self.messages += 1;
                acting.send(now, self.messages, random.below(most), random);
            }
            62 => acting.detach(now, random),
            63 if random.once_in(3) => acting.end(now, random),
            64..75 => acting.settle(now, random),
            75..83 => acting.free(random.below(10)),
            83..85 => acting.hold_drain(random),
            85 => {
                if let Some((link, _)) = random.of(&acting.receivers) {
                    acting.connection.set_properties(now, link, Fields::default());
                }
            }
            _ => {
                let most = random.of(&[1, 7, 100, 1000, 100_000]).unwrap();
                let events = random.below(20);
                self.transmit(side, most);
                self.sides[side].take_events(events);
            }
        }
    }

    /// Writes what one side sends, and lets the other one read this many octets at most. Returns whether there were some.
    fn transmit(&mut self, from: usize, most: usize) -> bool {
        let to = 1 - from;
        let wire = &mut self.wires[to];
        let before = wire.len();
        if let Some(mut output) = self.sides[from].connection.poll_transmit_parts() {
            // The stream accepts a part of what is written.
            while output.has_remaining() {
                let len = output.remaining().min(self.random.below(100_000) + 1);
                wire.extend_from_slice(&output.copy_to_bytes(len));
            }
        }
        let is_active = !wire.is_empty() || before > 0;
        let Side { connection, input, .. } = &mut self.sides[to];
        input.extend(wire.drain(..most.min(wire.len())));
        let mut rest = &**input;
        connection.handle_input(self.now, &mut rest);
        *input = rest.to_vec();
        is_active
    }

    /// Goes on until nothing is left to do, while the users take all that comes.
    fn settle_down(&mut self) {
        for _ in 0..100_000 {
            let mut is_active = false;
            for side in 0..2 {
                is_active |= self.transmit(side, usize::MAX);
                is_active |= self.sides[side].take_events(usize::MAX);
                self.sides[side].free(usize::MAX);
            }
            if !is_active {
                return;
            }
        }
        panic!("the ends do not become idle");
    }

    /// Asserts that what was sent has been received, once and in order: all of it if the link lives on both sides.
    fn check_messages(&self) {
        for (from, to) in [(0, 1), (1, 0)].map(|(from, to)| (&self.sides[from], &self.sides[to])) {
            for (name, received) in &to.received {
                assert!(from.sent[name].starts_with(received), "{name}");
            }
            for (_, name) in &from.senders {
                if to.receivers.iter().any(|(_, other)| other == name) {
                    assert_eq!(from.sent.get(name), to.received.get(name), "{name}");
                }
            }
        }
    }

    /// Asserts that nothing is left of sessions that have ended, and that a window is what it is at first.
    fn check_end(&mut self) {
        for (side, frame_size) in self.sides.iter_mut().zip(self.max_frame_sizes) {
            let connection = &mut side.connection;
            let stats = connection.stats();
            let unsettled = stats.unsettled_sent + stats.unsettled_received;
            assert_eq!((stats.sessions, stats.links, unsettled), (0, 0, 0), "{stats:?}");
            assert_eq!((stats.octets_held, stats.windows_waiting), (0, 0), "{stats:?}");
            let session = connection.begin(self.now, SessionSettings::default()).unwrap();
            let link =
                connection.attach(self.now, session, attach("last", Role::Receiver)).unwrap();
            connection.grant(self.now, link, 1);
            let flow = frames(connection).into_iter().find_map(|(_, frame)| match frame {
                Performative::Flow(flow) => Some(flow),
                _ => None,
            });
            let half = side.receive_buffer / 2 / u64::from(frame_size);
            assert_eq!(u64::from(flow.unwrap().incoming_window), (half / 16).max(4));
        }
    }

    fn run(mut self, steps: u32) -> Self {
        for _ in 0..steps {
            self.act();
        }
        self.settle_down();
        self.sides.iter_mut().for_each(|side| side.open_up(self.now));
        self.settle_down();
        self.check_messages();
        for side in &mut self.sides {
            assert_eq!(side.connection.stats().windows_waiting, 0);
            for session in side.sessions.clone() {
                side.connection.end(self.now, session, None);
            }
        }
        self.settle_down();
        self.check_end();
        self
    }
}

/// The seed of a failure is that of the last line.
#[test]
fn in_random_runs_nothing_is_lost_doubled_mixed_up_or_kept() {
    let (mut received, mut victims) = (0, 0);
    for seed in 0..60 {
        println!("seed {seed}");
        let world = World::new(seed).run(1000);
        for side in &world.sides {
            received += side.connection.stats().deliveries_received;
            victims += side.victims;
        }
    }
    assert!(received > 1000, "{received}");
    assert!((1..1000).contains(&victims), "{victims}");
}

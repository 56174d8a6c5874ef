//! The octets of messages that a connection holds and has promised to accept.

use amqp_types::transport::{Attach, Role};

use super::helpers::{attach, begun, drive, frames, received};
use super::links::detached;
use super::*;

const FRAME: u64 = 512;
const LIMIT: u64 = 128 * FRAME;
/// A quarter of the limit.
const LARGE: usize = 16 << 10;

fn settings() -> ConnectionSettings {
    super::settings().max_frame_size(512).receive_buffer(LIMIT).channel_max(2000)
}

/// A sender and a receiver with many links. The links are attached in as many sessions as `sessions`, in turn.
struct Links {
    now: Instant,
    sender: Connection,
    outgoing: Vec<LinkId>,
    receiver: Connection,
    incoming: Vec<LinkId>,
    /// The messages that could not be sent at once.
    waiting: Vec<(LinkId, Vec<u8>)>,
}

impl Links {
    fn new(links: usize, sessions: usize) -> Self {
        Self::with(settings(), links, sessions)
    }

    fn with(settings: ConnectionSettings, links: usize, sessions: usize) -> Self {
        let now = Instant::now();
        let mut sender = Connection::client(settings.clone(), now).unwrap();
        let mut receiver = Connection::server(settings, now);
        receiver.handle_input(now, &mut &*sender.poll_transmit().unwrap());
        receiver.accept(now).unwrap();
        drive(now, &mut sender, &mut receiver);
        assert!(sender.poll_event().is_some() && receiver.poll_event().is_some());
        let mut begin = || {
            let session = sender.begin(now, SessionSettings::default()).unwrap();
            drive(now, &mut sender, &mut receiver);
            begun(&mut sender);
            begun(&mut receiver);
            session
        };
        let sessions: Vec<_> = (0..sessions).map(|_| begin()).collect();
        let mut all =
            Self { now, sender, outgoing: vec![], receiver, incoming: vec![], waiting: vec![] };
        for (index, session) in sessions.iter().cycle().take(links).enumerate() {
            let wanted = attach(&index.to_string(), Role::Sender);
            all.outgoing.push(all.sender.attach(now, *session, wanted).unwrap());
            drive(now, &mut all.sender, &mut all.receiver);
            let request = all.receiver.poll_event();
            let Some(ConnectionEvent::LinkRequested(link, request)) = request else { panic!() };
            let answer = Attach { max_message_size: Some(0), ..*request };
            all.receiver.accept_link(now, link, answer).unwrap();
            all.incoming.push(link);
            drive(now, &mut all.sender, &mut all.receiver);
            let attached = all.sender.poll_event();
            assert!(matches!(attached, Some(ConnectionEvent::LinkAttached(..))));
        }
        all
    }

    fn grant(&mut self, credit: u32) {
        for link in &self.incoming {
            assert!(self.receiver.grant(self.now, *link, credit));
        }
    }

    /// Sends a message as soon as that is possible.
    fn send(&mut self, link: usize, octets: usize) {
        self.waiting.push((self.outgoing[link], vec![7; octets]));
    }

    /// Exchanges what there is to send once. Returns whether there was something.
    fn exchange(&mut self) -> bool {
        let is_active = self.exchange_any();
        assert!(self.receiver.stats().octets_held <= LIMIT);
        is_active
    }

    fn exchange_any(&mut self) -> bool {
        self.waiting.retain(|(link, payload)| {
            let sent = self.sender.send(self.now, *link, &OutgoingDelivery::new(payload.clone()));
            assert!(matches!(sent, Ok(_) | Err(SendError::WouldBlock)), "{sent:?}");
            sent.is_err()
        });
        let (sent, answer) = (self.sender.poll_transmit(), self.receiver.poll_transmit());
        let is_idle = sent.is_none() && answer.is_none();
        self.receiver.handle_input(self.now, &mut &*sent.unwrap_or_default());
        self.sender.handle_input(self.now, &mut &*answer.unwrap_or_default());
        !is_idle
    }
}

#[test]
fn large_messages_in_sessions_of_their_own_are_all_completed() {
    let mut links = Links::new(10, 10);
    links.grant(1);
    links.exchange();
    (0..10).for_each(|link| links.send(link, LARGE));
    let mut count = 0;
    let mut most = 0;
    while links.exchange() {
        most = most.max(links.receiver.stats().octets_held);
        while let Some(event) = links.receiver.poll_event() {
            let ConnectionEvent::Received(delivery) = event else { panic!("{event:?}") };
            assert_eq!(delivery.payload.len(), LARGE);
            count += 1;
        }
    }
    assert_eq!(count, 10);
    assert!(most > LIMIT / 2, "they were on the way together: {most}");
    assert_eq!(links.receiver.stats().octets_held, 0);
}

#[test]
fn of_large_messages_in_one_session_the_youngest_give_way() {
    let mut links = Links::new(10, 1);
    links.grant(1);
    links.exchange();
    (0..10).for_each(|link| links.send(link, LARGE));
    let (mut complete, mut given_up) = (Vec::new(), Vec::new());
    while links.exchange() {
        while let Some(event) = links.receiver.poll_event() {
            match event {
                ConnectionEvent::Received(delivery) => complete.push(delivery.id.link()),
                ConnectionEvent::LinkDetached(link, LinkEnd::Violation { condition, .. }) => {
                    assert_eq!(condition, AmqpError::ResourceLimitExceeded.into());
                    given_up.push(link);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(complete.len() >= 3, "{complete:?}");
    assert!(complete.contains(&links.incoming[0]), "the oldest is completed: {complete:?}");
    let mut all = [complete, given_up].concat();
    all.sort();
    assert_eq!(all, links.incoming);
    let stats = links.receiver.stats();
    assert_eq!((stats.octets_held, stats.windows_waiting), (0, 0));
}

#[test]
fn a_message_that_can_never_be_held_ends_its_link() {
    let mut links = Links::new(1, 1);
    links.grant(1);
    links.exchange();
    links.send(0, usize::try_from(LIMIT).unwrap());
    while links.exchange() {}
    let (link, end) = detached(&mut links.receiver);
    assert_eq!(link, links.incoming[0]);
    assert_eq!(
        end.to_string(),
        "the peer exceeded a limit of this side (amqp:resource-limit-exceeded): \
         incomplete messages fill the receive buffer of 65536 octets"
    );
}

#[test]
fn windows_of_many_sessions_promise_no_more_than_there_is_room() {
    let mut links = Links::new(100, 100);
    links.grant(1000);
    let windows = |links: &mut Links| {
        let output = frames(&mut links.receiver);
        let flows = output.iter().filter_map(|(_, frame)| match frame {
            Performative::Flow(flow) => Some(u64::from(flow.incoming_window)),
            _ => None,
        });
        let windows: Vec<_> = flows.collect();
        assert!(windows.iter().sum::<u64>() * FRAME <= LIMIT * 3 / 4, "{windows:?}");
        windows
    };
    let first = windows(&mut links);
    assert!(first.iter().filter(|window| **window > 0).count() > 20, "{first:?}");
    let waiting = links.receiver.stats().windows_waiting;
    assert!(waiting > 0 && waiting < 80, "{waiting}");
    // When a session ends, one that waits takes its place.
    let ended = links.incoming[0].session();
    links.receiver.end(links.now, ended, None);
    let second = windows(&mut links);
    assert!(!second.is_empty());
    assert!(links.receiver.stats().windows_waiting < waiting);
}

#[test]
fn a_window_is_opened_when_the_user_takes_what_is_held() {
    let mut links = Links::new(1, 1);
    assert!(!links.receiver.wants_write());
    links.receiver.hold(usize::try_from(LIMIT).unwrap());
    links.grant(10);
    links.exchange();
    assert_eq!(links.receiver.stats().windows_waiting, 1);
    assert!(links.receiver.wants_write(), "there may be room at any time");
    links.send(0, 1);
    links.exchange();
    assert_eq!(links.receiver.poll_event(), None, "the window is closed");
    assert!(links.receiver.free(usize::try_from(LIMIT).unwrap()));
    while links.exchange() {}
    assert_eq!(received(&mut links.receiver).payload.len(), 1);
    assert_eq!(links.receiver.stats().windows_waiting, 0);
}

#[test]
fn what_has_come_of_a_message_is_forgotten_when_its_link_or_session_ends() {
    let end_link = |links: &mut Links, link: LinkId| {
        links.receiver.detach(links.now, link, true, None);
    };
    let end_session = |links: &mut Links, link: LinkId| {
        links.receiver.end(links.now, link.session(), None);
    };
    for end in [end_link, end_session] {
        let mut links = Links::new(1, 1);
        links.grant(1);
        links.exchange();
        links.send(0, LARGE);
        links.exchange();
        assert!(links.receiver.stats().octets_held > 0);
        let link = links.incoming[0];
        end(&mut links, link);
        assert_eq!(links.receiver.stats().octets_held, 0);
    }
}

/// Returns the window of the first flow that a receiver sends after this.
fn window(links: &mut Links) -> Option<u32> {
    frames(&mut links.receiver).into_iter().find_map(|(_, frame)| match frame {
        Performative::Flow(flow) => Some(flow.incoming_window),
        _ => None,
    })
}

/// Holds so much that there is room for this many frames.
fn leave(links: &mut Links, frames: u64) {
    links.receiver.hold(usize::try_from(LIMIT * 3 / 4 - frames * FRAME).unwrap());
}

/// Those whose peer sends nothing never give their windows back.
#[test]
fn as_many_sessions_as_there_can_be_have_windows_at_once_with_the_default_settings() {
    let mut links = Links::with(super::settings(), 256, 256);
    links.grant(200);
    while links.exchange() {}
    assert_eq!(links.receiver.stats().windows_waiting, 0);
    (0..256).for_each(|link| links.send(link, 1));
    while links.exchange() {}
    assert_eq!(links.receiver.stats().deliveries_received, 256);
}

#[test]
fn more_than_can_be_counted_is_held_and_freed() {
    let mut links = Links::new(1, 1);
    links.receiver.hold(usize::MAX);
    links.receiver.hold(usize::MAX);
    links.grant(1);
    while links.exchange_any() {}
    assert_eq!(links.receiver.stats().windows_waiting, 1);
    assert!(links.receiver.free(usize::MAX) && links.receiver.free(usize::MAX));
    while links.exchange_any() {}
    let stats = links.receiver.stats();
    assert_eq!((stats.octets_held, stats.windows_waiting), (0, 0));
}

#[test]
fn a_session_that_has_ended_does_not_wait_for_room() {
    let mut links = Links::new(10, 10);
    leave(&mut links, 0);
    links.grant(1);
    while links.exchange() {}
    assert_eq!(links.receiver.stats().windows_waiting, 10);
    for link in &links.incoming {
        links.receiver.end(links.now, link.session(), None);
    }
    while links.exchange() {}
    let stats = links.receiver.stats();
    assert_eq!((stats.sessions, stats.windows_waiting), (0, 0));
}

#[test]
fn the_window_of_a_session_is_given_back_as_soon_as_this_side_ends_it() {
    let mut links = Links::new(2, 2);
    leave(&mut links, 1);
    assert!(links.receiver.grant(links.now, links.incoming[0], 1));
    assert_eq!(window(&mut links), Some(1));
    links.receiver.end(links.now, links.incoming[0].session(), None);
    // The peer has not answered. What it still sends is discarded.
    assert!(links.receiver.grant(links.now, links.incoming[1], 1));
    assert_eq!(window(&mut links), Some(1));
}

#[test]
fn the_window_of_a_session_whose_last_receiver_is_gone_is_given_back() {
    let mut links = Links::new(2, 2);
    leave(&mut links, 1);
    assert!(links.receiver.grant(links.now, links.incoming[0], 1));
    assert_eq!(window(&mut links), Some(1));
    links.receiver.detach(links.now, links.incoming[0], true, None);
    while links.exchange() {}
    assert!(links.receiver.grant(links.now, links.incoming[1], 1));
    assert_eq!(window(&mut links), Some(1));
}

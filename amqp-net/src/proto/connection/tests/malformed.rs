//! Octets that a peer may not send: frames and performatives that cannot be decoded, or contain too much.

use amqp_types::messaging::Accepted;

use super::helpers::{accept, received, scripted_receiver, scripted_session};
use super::*;

/// The unsigned integer 0.
const ZERO: &[u8] = &[0x43];
const NULL: &[u8] = &[0x40];
const TRUE: &[u8] = &[0x41];
const FALSE: &[u8] = &[0x42];
/// The string `n`.
const NAME: &[u8] = &[0xa1, 1, b'n'];

/// Encoded fields.
type Raw<'f> = &'f [&'f [u8]];

/// A frame with a performative of these fields.
fn raw(code: u8, fields: Raw<'_>) -> Vec<u8> {
    let list = [&u32::try_from(fields.len()).unwrap().to_be_bytes(), &*fields.concat()].concat();
    let size = u32::try_from(list.len()).unwrap().to_be_bytes();
    let body = [&[0, 0x53, code, 0xd0][..], &size, &list].concat();
    let size = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&size[..], &[2, 0, 0, 0], &body].concat()
}

/// A map with this one entry.
fn map(key: &[u8], value: &[u8]) -> Vec<u8> {
    let size = u32::try_from(4 + key.len() + value.len()).unwrap().to_be_bytes();
    [&[0xd1][..], &size, &[0, 0, 0, 2], key, value].concat()
}

/// An attach with these properties.
fn attach_with(properties: &[u8]) -> Vec<u8> {
    let mut fields = vec![NULL; 14];
    fields[..3].copy_from_slice(&[NAME, ZERO, TRUE]);
    fields[13] = properties;
    raw(0x12, &fields)
}

/// Returns the condition and the description with which a client closes when these octets come.
fn closed_by(octets: &[u8]) -> (String, String) {
    let now = Instant::now();
    let (mut client, _) = scripted_session(now);
    client.handle_input(now, &mut &*octets);
    let condition = sent_close(&mut client);
    let ConnectionEnd::Violation { description, .. } = ended(&mut client) else { panic!() };
    (condition, description)
}

#[test]
fn a_performative_without_a_mandatory_field_closes_the_connection() {
    // The code of each, its fields, and which of them are mandatory.
    let cases: [(u8, Raw<'_>, &[usize]); 8] = [
        (0x10, &[NAME], &[0]),
        (0x11, &[NULL, ZERO, ZERO, ZERO], &[1, 2, 3]),
        (0x12, &[NAME, ZERO, TRUE], &[0, 1, 2]),
        (0x13, &[NULL, ZERO, ZERO, ZERO], &[1, 2, 3]),
        (0x14, &[ZERO], &[0]),
        (0x15, &[TRUE, ZERO], &[0, 1]),
        (0x16, &[ZERO], &[0]),
        // An error without a condition.
        (0x18, &[&[0, 0x53, 0x1d, 0xc0, 2, 1, 0x40]], &[0]),
    ];
    for (code, fields, mandatory) in cases {
        for index in mandatory {
            let mut with_null = fields.to_vec();
            if code != 0x18 {
                with_null[*index] = NULL;
                let (condition, description) = closed_by(&raw(code, &fields[..*index]));
                assert_eq!(condition, "amqp:decode-error", "{code:x} {index}: {description}");
            }
            let (condition, description) = closed_by(&raw(code, &with_null));
            assert_eq!(condition, "amqp:decode-error", "{code:x} {index}: {description}");
        }
    }
}

#[test]
fn fields_after_the_last_one_of_a_performative_are_ignored() {
    let now = Instant::now();
    // The code of each, its fields, and how many it has in the standard.
    let cases: [(u8, Raw<'_>, usize); 9] = [
        (0x13, &[ZERO, ZERO, ZERO, ZERO], 11),
        (0x14, &[ZERO, ZERO, &[0xa0, 1, 7]], 11),
        (0x15, &[TRUE, ZERO], 6),
        (0x12, &[NAME, &[0x52, 1], TRUE], 14),
        (0x16, &[ZERO, TRUE], 3),
        (0x17, &[], 1),
        (0x11, &[NULL, ZERO, ZERO, ZERO], 8),
        (0x18, &[], 1),
        (0x10, &[NAME], 10),
    ];
    for (code, fields, count) in cases {
        let mut fields = fields.to_vec();
        fields.resize(count, NULL);
        fields.extend([ZERO, NAME, FALSE]);
        let octets = raw(code, &fields);
        if code == 0x10 {
            let mut client = client(settings(), now);
            client.handle_input(now, &mut &*octets);
            assert!(matches!(client.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
            continue;
        }
        let (mut client, link) = scripted_receiver(now, None);
        let session = link.session();
        if code == 0x11 {
            client.handle_input(now, &mut &*frame(0, &End::default()));
            client.poll_event();
        }
        client.handle_input(now, &mut &*octets);
        let event = client.poll_event();
        let is_taken = match (code, &event) {
            (0x13 | 0x15, None)
            | (0x14, Some(ConnectionEvent::Received(_)))
            | (0x12, Some(ConnectionEvent::LinkRequested(..)))
            | (0x11, Some(ConnectionEvent::SessionBegunByPeer(..)))
            | (0x18, Some(ConnectionEvent::Ended(ConnectionEnd::ClosedByPeer(None)))) => true,
            (0x16, Some(ConnectionEvent::LinkDetached(of, LinkEnd::DetachedByPeer { .. }))) => {
                *of == link
            }
            (0x17, Some(ConnectionEvent::SessionEnded(of, SessionEnd::EndedByPeer(None)))) => {
                *of == session
            }
            _ => false,
        };
        assert!(is_taken, "{code:x}: {event:?}");
    }
}

#[test]
fn a_performative_of_an_unknown_code_closes_the_connection() {
    for code in [0x00, 0x0f, 0x19, 0x24, 0x40, 0x70, 0xff] {
        let (condition, description) = closed_by(&raw(code, &[ZERO]));
        assert_eq!(condition, "amqp:decode-error", "{code:x}: {description}");
    }
}

#[test]
fn a_frame_of_an_unknown_type_closes_the_connection() {
    for kind in 2..=255 {
        let (condition, description) = closed_by(&[0, 0, 0, 8, 2, kind, 0, 0]);
        assert_eq!(condition, "amqp:connection:framing-error", "{kind}: {description}");
    }
}

#[test]
fn deeply_nested_values_in_a_performative_close_the_connection() {
    // Lists in lists, and described lists in described lists, from the inside.
    for prefix in [&[][..], &[0, 0x44]] {
        let mut value = NULL.to_vec();
        for _ in 0..2_500 {
            let size = u32::try_from(value.len() + 4).unwrap().to_be_bytes();
            value = [prefix, &[0xd0], &size, &[0, 0, 0, 1], &value].concat();
        }
        let octets = attach_with(&map(&[0xa3, 1, b'k'], &value));
        assert!(octets.len() < 32_768, "it is not the size that is refused");
        let (condition, description) = closed_by(&octets);
        assert_eq!(condition, "amqp:decode-error", "{description}");
    }
}

#[test]
fn an_array_of_two_thousand_million_nulls_closes_the_connection() {
    let array = [&[0xf0, 0, 0, 0, 5][..], &(1_u32 << 31).to_be_bytes(), NULL].concat();
    let (condition, description) = closed_by(&attach_with(&map(&[0xa3, 1, b'k'], &array)));
    assert_eq!(condition, "amqp:decode-error", "{description}");
}

#[test]
fn an_attach_that_is_larger_than_a_frame_is_refused_from_its_header() {
    let octets = attach_with(&map(&[0xa3, 1, b'k'], &vec![0; 1 << 20]));
    let (condition, description) = closed_by(&octets[..8]);
    assert_eq!(condition, "amqp:connection:framing-error", "{description}");
}

#[test]
fn text_that_is_not_utf8_and_symbols_that_are_not_ascii_close_the_connection() {
    let mut fields = vec![&[0xa1, 4, 0x1b, b'[', 0xff, 0xfe][..], ZERO, TRUE];
    let name = raw(0x12, &fields);
    fields[0] = NAME;
    let symbol = attach_with(&map(&[0xa3, 2, 0x1b, 0x80], NULL));
    for octets in [name, symbol] {
        let (condition, description) = closed_by(&octets);
        assert_eq!(condition, "amqp:decode-error", "{description}");
        assert!(!description.chars().any(char::is_control), "{description:?}");
    }
    // Text that is allowed, but not fit to be printed.
    let error = Error::new(AmqpError::NotAllowed, "\u{1b}[2J\n");
    let now = Instant::now();
    let (mut client, _) = scripted_session(now);
    client.handle_input(now, &mut &*frame(0, &Close { error: Some(error) }));
    let end = ended(&mut client).to_string();
    assert!(end.ends_with(r"amqp:not-allowed: \u{1b}[2J\n"), "{end:?}");
}

#[test]
fn the_largest_handle_channel_and_window_are_numbers_like_others() {
    let now = Instant::now();
    let mut client = open_client(settings().channel_max(u16::MAX), &Open::new("peer"), now);
    let all = SessionSettings::default().handle_max(u32::MAX);
    let session = client.begin(now, all).unwrap();
    client.poll_transmit();
    let largest = u32::MAX.to_be_bytes();
    let largest = [&[0x70], &largest[..]].concat();
    let mut begin = raw(0x11, &[&[0x60, 0, 0], ZERO, &largest, &largest, &largest]);
    let mut attach = raw(0x12, &[NAME, &largest, FALSE, NULL, NULL, NULL, NULL, NULL, NULL, ZERO]);
    let mut transfer = raw(0x14, &[&largest, ZERO, &[0xa0, 1, 7]]);
    for octets in [&mut begin, &mut attach, &mut transfer] {
        octets[6..8].copy_from_slice(&[0xff, 0xff]);
    }
    client.handle_input(now, &mut &*[begin, attach].concat());
    assert!(
        matches!(client.poll_event(), Some(ConnectionEvent::SessionBegun(of, _)) if of == session)
    );
    let link = accept(now, &mut client);
    client.grant(now, link, 1);
    client.poll_transmit();
    client.handle_input(now, &mut &*transfer);
    let delivery = received(&mut client);
    client.settle(now, delivery.id, Accepted {}).unwrap();
    assert_eq!(client.end_reason(), None);
}

//! Heartbeats and silence, by a clock that is a number.

use super::helpers::answer;
use super::*;

#[test]
fn heartbeats_are_sent_at_half_of_the_time_out_of_the_peer() {
    let now = Instant::now();
    let idle = |time_out| Open { idle_time_out: time_out, ..Open::new("peer") };
    let quiet = settings().idle_time_out(None);
    let cases = [(1000, 500), (999, 499), (21, 10), (19, 10), (1, 10)];
    for (time_out, period) in cases {
        let peer = idle(Some(Milliseconds(time_out)));
        let mut client = open_client(quiet.clone(), &peer, now);
        let due = client.poll_timeout().unwrap();
        assert_eq!((due - now).as_millis(), period, "{time_out}");
        client.handle_timeout(due.checked_sub(Duration::from_micros(1)).unwrap());
        assert_eq!(client.poll_transmit(), None, "not before it is due");
        // The timer is late: there is one heartbeat.
        let late = due + SECOND;
        client.handle_timeout(late);
        assert_eq!(client.poll_transmit().unwrap(), b"\0\0\0\x08\x02\0\0\0"[..]);
        assert_eq!(client.poll_timeout(), Some(late + (due - now)));
        client.handle_timeout(late);
        assert_eq!(client.poll_transmit(), None);
    }
    for time_out in [None, Some(Milliseconds(0))] {
        assert_eq!(open_client(quiet.clone(), &idle(time_out), now).poll_timeout(), None);
    }
}

#[test]
fn a_silent_peer_is_given_up() {
    let began = Instant::now();
    let silent = settings().idle_time_out(Some(4 * SECOND));
    assert_eq!(silent.open.idle_time_out, Some(Milliseconds(2000)), "half is announced");
    let mut client = open_client(silent, &Open::new("peer"), began);
    // A part of a frame, and then nothing.
    let received = began + 3 * SECOND;
    client.handle_input(received, &mut &b"\0\0\0\x08"[..]);
    let end = received + 4 * SECOND;
    assert_eq!(client.poll_timeout(), Some(end));
    client.handle_timeout(end.checked_sub(Duration::from_millis(1)).unwrap());
    assert_eq!(client.poll_event(), None);
    client.handle_timeout(end);
    assert_eq!(sent_close(&mut client), "amqp:resource-limit-exceeded");
    assert_eq!(ended(&mut client), ConnectionEnd::IdleTimedOut(4 * SECOND));
    // It may still answer the close.
    assert!(!client.is_over());
    assert_eq!(client.poll_timeout(), Some(end + 5 * SECOND));
    client.handle_timeout(end + 5 * SECOND);
    assert!(client.is_over());
    assert_eq!(client.poll_event(), None, "there is one end");
    let least = settings().idle_time_out(Some(Duration::from_millis(1)));
    assert_eq!(least.open.idle_time_out, Some(Milliseconds(1000)));
}

#[test]
fn a_heartbeat_after_the_whole_announced_time_is_soon_enough() {
    let mut now = Instant::now();
    let mut client = open_client(settings().idle_time_out(Some(2 * SECOND)), &Open::new("p"), now);
    for _ in 0..10 {
        now += SECOND;
        client.handle_timeout(now);
        client.handle_input(now, &mut &b"\0\0\0\x08\x02\0\0\0"[..]);
    }
    assert_eq!(client.poll_event(), None);
}

#[test]
fn heartbeats_do_not_pile_up_behind_a_stream_that_takes_nothing() {
    let mut now = Instant::now();
    let peer = Open { idle_time_out: Some(Milliseconds(1)), ..Open::new("peer") };
    let mut client = open_client(settings().idle_time_out(None), &peer, now);
    for _ in 0..100 {
        now = client.poll_timeout().unwrap();
        client.handle_timeout(now);
    }
    assert_eq!(client.poll_transmit().unwrap().len(), 8);
}

#[test]
fn a_clock_that_goes_back_and_repeated_errors_change_no_deadline() {
    let now = Instant::now() + 100 * SECOND;
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let earlier = now.checked_sub(50 * SECOND).unwrap();
    client.handle_input(earlier, &mut &b"\0\0\0\x08\x02\0\0\0"[..]);
    assert_eq!(client.poll_timeout(), Some(now + 60 * SECOND));
    client.handle_write_error(now, StreamEnd::Reset);
    client.handle_write_error(now + 4 * SECOND, StreamEnd::Reset);
    assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND));
}

#[test]
fn frames_that_are_sent_in_time_take_the_place_of_heartbeats() {
    let mut now = Instant::now();
    let peer = Open { idle_time_out: Some(Milliseconds(1000)), ..Open::new("peer") };
    let mut client = open_client(settings().idle_time_out(None), &peer, now);
    for _ in 0..10 {
        now += Duration::from_millis(400);
        client.handle_timeout(now);
        assert_eq!(client.poll_transmit(), None);
        client.begin(now, SessionSettings::default()).unwrap();
        client.poll_transmit().unwrap();
        assert_eq!(client.poll_timeout(), Some(now + Duration::from_millis(500)));
    }
    now += Duration::from_millis(500);
    client.handle_timeout(now);
    assert_eq!(client.poll_transmit().unwrap().len(), 8, "an empty frame");
}

#[test]
fn half_a_frame_and_then_nothing_is_silence() {
    let began = Instant::now();
    let silent = settings().idle_time_out(Some(4 * SECOND));
    let mut client = open_client(silent, &Open::new("peer"), began);
    let octets = frame(0, &Begin::default());
    let received = began + SECOND;
    client.handle_input(received, &mut &octets[..octets.len() - 1]);
    client.handle_timeout(received + 4 * SECOND);
    assert_eq!(ended(&mut client), ConnectionEnd::IdleTimedOut(4 * SECOND));
}

#[test]
fn a_clock_that_jumps_a_day_ahead_or_back_harms_nothing() {
    let day = 24 * 3600 * SECOND;
    let now = Instant::now() + 10 * day;
    for back in [true, false] {
        let quiet = settings().idle_time_out(None);
        let mut client = open_client(quiet, &Open::new("peer"), now);
        let at = if back { now.checked_sub(day).unwrap() } else { now + day };
        let session = client.begin(at, SessionSettings::default()).unwrap();
        client.poll_transmit();
        client.handle_input(now, &mut &*frame(0, &answer(0)));
        client.handle_timeout(at);
        client.handle_timeout(now);
        assert!(matches!(client.poll_event(), Some(ConnectionEvent::SessionBegun(..))));
        client.end(at, session, None);
        // The time limit counts from the latest time that was ever reported.
        let latest = now.max(at);
        assert_eq!(client.poll_timeout(), Some(latest + 30 * SECOND));
        client.handle_timeout(latest + 29 * SECOND);
        assert_eq!((client.poll_event(), client.end_reason()), (None, None));
    }
    // A jump over a deadline is one late call.
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_timeout(now + day);
    assert_eq!(ended(&mut client), ConnectionEnd::IdleTimedOut(60 * SECOND));
}

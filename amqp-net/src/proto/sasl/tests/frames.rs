//! Frames that come at the wrong time, or are too large, and what is sent after them.

use super::*;

#[test]
fn frames_at_the_wrong_time_are_errors() {
    let mut two_bodies = [outcome(SaslCode::Ok), challenge().split_off(8)].concat();
    two_bodies[3] = u8::try_from(two_bodies.len()).unwrap();
    let cases = [
        (two_bodies, "cannot be used"),
        (offer("PLAIN"), "sent sasl-mechanisms during"),
        (init("PLAIN"), "sent sasl-init during"),
        (response(), "sent sasl-response during"),
        (hex("0000000c02010000 00534440"), "cannot decode"),
        (hex("0000000802010000"), "a SASL frame must have a body"),
        (hex("0000000802000000"), "sent an AMQP frame during"),
        (hex("0000000802050000"), "unknown frame type 5"),
        (hex("0000000702010000"), "fewer than the 8 of the header"),
        (hex("0000200102010000"), "more than the limit of 8192"),
    ];
    for (octets, expected) in cases {
        let error = client_error(&octets).to_string();
        assert!(error.contains(expected), "{error}");
    }
    // An outcome before the mechanisms.
    let mut client = client(plain());
    client.handle_input(&mut &*outcome(SaslCode::Ok));
    let error = client.poll_outcome().unwrap().unwrap_err();
    assert_eq!(error.kind, SaslErrorKind::UnexpectedFrame("sasl-outcome"));
}

#[test]
fn what_follows_the_outcome_is_left_in_the_input() {
    let mut client = client(plain());
    client.handle_input(&mut &*offer("PLAIN"));
    assert!(client.poll_transmit().is_some());
    let octets = [outcome(SaslCode::Ok), b"AMQP\0\x01\0\0".to_vec()].concat();
    let mut input = &*octets;
    client.handle_input(&mut input);
    assert_eq!(input, b"AMQP\0\x01\0\0");
    assert!(client.poll_outcome().unwrap().is_ok());
    client.handle_input(&mut input);
    assert_eq!(input, b"AMQP\0\x01\0\0");
}

#[test]
fn a_frame_above_the_limit_is_not_sent() {
    let token = |len: usize| Plain::new("guest", "t".repeat(len)).unwrap();
    let offer = offer("PLAIN");
    let init = |len, sent| {
        let limits = SaslLimits { sent, ..SaslLimits::default() };
        let mut client = SaslClient::new(vec![Box::new(token(len))], None, limits);
        client.handle_input(&mut &*offer);
        (client.poll_transmit(), client.poll_outcome())
    };
    let (sent, outcome) = init(4057, 4096);
    assert_eq!((sent.unwrap().len(), outcome), (4096, None));
    let (sent, outcome) = init(4058, 4096);
    assert_eq!(sent, None);
    let error = outcome.unwrap().unwrap_err();
    let too_large = FrameWriteError::TooLarge { size: 4097, max_frame_size: 4096 };
    assert_eq!(error.kind, SaslErrorKind::Write(too_large));
    assert!(error.to_string().contains("above our limit of 4096"), "{error}");
    assert_eq!(error.fault(), Fault::User);
    assert_eq!(init(4058, 8192).0.unwrap().len(), 4097);
}

#[test]
fn a_frame_above_the_limit_is_refused_from_its_header() {
    let mut server = server(PlainServer);
    server.handle_input(&mut &*hex("0000200102010000"));
    let error = server.poll_outcome().unwrap().unwrap_err();
    let too_large = FrameError::TooLarge { size: 8193, max_frame_size: 8192 };
    assert_eq!(error.kind, SaslErrorKind::Frame(too_large));
    let empty = SaslErrorKind::FrameBody(FrameBodyError::EmptySasl);
    assert_eq!(client_error(&hex("0000000802010000")).kind, empty);
}

#[test]
fn an_answer_to_what_has_not_been_sent_is_an_error() {
    for answer in
        [outcome(SaslCode::Ok), outcome(SaslCode::Auth), challenge(), b"HTTP/1.1".to_vec()]
    {
        let mut client = client(plain());
        client.handle_input(&mut &*[offer("PLAIN"), answer].concat());
        assert!(client.poll_outcome().unwrap().is_err());
        assert_eq!(client.poll_transmit(), None, "the password is not sent in vain");
    }
    let mut server = server(RiddleServer(0, b""));
    server.handle_input(&mut &*[init("RIDDLE"), response()].concat());
    let error = server.poll_outcome().unwrap().unwrap_err();
    assert_eq!(error.kind, SaslErrorKind::UnexpectedFrame("sasl-response"));
}

#[test]
fn names_of_the_peer_are_escaped_and_cut() {
    let mut server = server(PlainServer);
    let chosen = Symbol::new(format!("X\n\u{1b}[2J{}", "a".repeat(300))).unwrap();
    server.handle_input(&mut &*frame(&SaslInit {
        mechanism: chosen,
        initial_response: None,
        hostname: Some("virtual".into()),
    }));
    assert_eq!(server.hostname(), Some("virtual"));
    let error = server.poll_outcome().unwrap().unwrap_err().to_string();
    assert!(error.contains("X\\n\\u{1b}[2Jaaaa") && error.len() < 100, "{error}");
    let mut none = SaslClient::new(Vec::new(), None, SaslLimits::default());
    none.handle_input(&mut &*offer("PLAIN"));
    let error = none.poll_outcome().unwrap().unwrap_err().to_string();
    assert!(error.contains("PLAIN, but we have none"), "{error}");
}

#[test]
fn an_empty_frame_and_two_bodies_in_one_are_errors_on_both_sides() {
    let empty = hex("0000000802010000");
    let twice = |first: Vec<u8>| {
        let mut both = [first.clone(), first[8..].to_vec()].concat();
        both[3] = u8::try_from(both.len()).unwrap();
        both
    };
    for octets in [empty.clone(), twice(outcome(SaslCode::Ok)), twice(challenge())] {
        assert_eq!(client_error(&octets).fault(), Fault::Peer);
    }
    for octets in [empty, twice(init("ANONYMOUS"))] {
        let mut server = server(AnonymousServer);
        server.handle_input(&mut &*octets);
        assert_eq!(server.poll_credentials(), None);
        assert_eq!(server.poll_outcome().unwrap().unwrap_err().fault(), Fault::Peer);
        assert!(!server.wants_read());
    }
}

#[test]
fn frames_of_amqp_before_the_client_is_authenticated_are_errors() {
    let mut open = FrameWriter::new(512);
    open.amqp(0, &amqp_types::transport::Open::new("client"), b"").unwrap();
    let open = open.split();
    for before in [vec![], init("PLAIN")] {
        let mut server = server(PlainServer);
        server.handle_input(&mut &*[before, open.to_vec()].concat());
        assert_eq!(server.poll_credentials(), None);
        let error = server.poll_outcome().unwrap().unwrap_err().to_string();
        assert!(error.contains("sent an AMQP frame during"), "{error}");
    }
}

#[test]
fn the_outcome_is_complete_as_soon_as_its_frame_is() {
    let mut server = server(AnonymousServer);
    server.poll_transmit();
    server.handle_input(&mut &*init("ANONYMOUS"));
    assert!(server.poll_credentials().is_some());
    server.decide(Ok(Identity::anonymous()));
    let sent = server.poll_transmit().unwrap();
    assert!(server.poll_outcome().unwrap().is_ok());
    assert_eq!((server.poll_transmit(), server.wants_read()), (None, false));
    let mut client = client(Anonymous::default());
    client.handle_input(&mut &*offer("ANONYMOUS"));
    client.poll_transmit();
    let (last, rest) = sent.split_last().unwrap();
    client.handle_input(&mut &*rest);
    assert!(client.poll_outcome().is_none());
    client.handle_input(&mut &[*last][..]);
    assert!(client.poll_outcome().unwrap().is_ok());
}

#[test]
fn a_challenge_to_a_mechanism_without_one_is_an_error_and_nothing_is_sent_again() {
    let mechanisms: [(&str, Box<dyn Mechanism>); 3] = [
        ("PLAIN", Box::new(plain())),
        ("ANONYMOUS", Box::new(Anonymous::default())),
        ("EXTERNAL", Box::new(External::default())),
    ];
    for (name, mechanism) in mechanisms {
        let mut client = SaslClient::new(vec![mechanism], None, SaslLimits::default());
        client.handle_input(&mut &*offer(name));
        assert!(client.poll_transmit().is_some());
        // A server that wants to have everything once more.
        client.handle_input(&mut &*frame(&SaslChallenge { challenge: Bytes::from_static(b"x") }));
        assert_eq!(client.poll_transmit(), None, "{name}");
        let error = client.poll_outcome().unwrap().unwrap_err();
        assert_eq!(error.fault(), Fault::Peer, "{name}");
        client.handle_input(&mut &*challenge());
        assert_eq!((client.poll_transmit(), client.wants_read()), (None, false));
    }
}

#[test]
fn anonymous_without_an_initial_response_is_taken() {
    let mut server = server(AnonymousServer);
    server.handle_input(&mut &*init("ANONYMOUS"));
    assert_eq!(server.poll_credentials(), Some(Credentials::Anonymous { trace: String::new() }));
    server.decide(Ok(Identity::anonymous()));
    assert!(server.poll_outcome().unwrap().is_ok());
}

#[test]
fn after_wrong_credentials_there_is_no_other_try() {
    let mut server = server(PlainServer);
    server.poll_transmit();
    let response = Some(Bytes::from_static(b"\0guest\0wrong"));
    let mechanism = Symbol::from_static("PLAIN");
    let wrong = frame(&SaslInit { mechanism, initial_response: response, hostname: None });
    server.handle_input(&mut &*wrong);
    let credentials = server.poll_credentials().unwrap();
    server.decide(check(credentials));
    let sent = server.poll_transmit().unwrap();
    assert_eq!(*sent, outcome(SaslCode::Auth));
    let error = server.poll_outcome().unwrap().unwrap_err();
    assert_eq!(error.kind, SaslErrorKind::Refused(Refusal::Credentials));
    for again in [wrong, init("PLAIN"), self::response()] {
        server.handle_input(&mut &*again);
        assert_eq!((server.poll_transmit(), server.poll_credentials()), (None, None));
        assert!(server.poll_outcome().is_none() && !server.wants_read());
    }
}

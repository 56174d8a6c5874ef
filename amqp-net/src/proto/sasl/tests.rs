//! Both sides of the exchange, with one another and with the octets of real peers.

use amqp_types::security::{
    SaslChallenge, SaslCode, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse,
};
use amqp_types::{Encode, MandatoryMultiple, Symbol};
use bytes::Bytes;
use zeroize::Zeroizing;

use super::*;
use crate::proto::{Fault, FrameBodyError, FrameError, FrameWriteError, FrameWriter, Side};

mod frames;

fn hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn frame(body: &impl Encode) -> Vec<u8> {
    let mut frames = FrameWriter::new(512);
    frames.sasl(body).unwrap();
    frames.split().to_vec()
}

fn offer(mechanism: &'static str) -> Vec<u8> {
    let mechanism = Symbol::from_static(mechanism);
    frame(&SaslMechanisms { sasl_server_mechanisms: MandatoryMultiple::new(mechanism, []) })
}

fn init(mechanism: &'static str) -> Vec<u8> {
    let mechanism = Symbol::from_static(mechanism);
    frame(&SaslInit { mechanism, initial_response: None, hostname: None })
}

fn challenge() -> Vec<u8> {
    frame(&SaslChallenge { challenge: Bytes::from_static(b"us") })
}

fn response() -> Vec<u8> {
    frame(&SaslResponse { response: Bytes::new() })
}

fn outcome(code: SaslCode) -> Vec<u8> {
    frame(&SaslOutcome { code, additional_data: None })
}

fn client(mechanism: impl Mechanism) -> SaslClient {
    SaslClient::new(vec![Box::new(mechanism)], None, SaslLimits::default())
}

fn server(mechanism: impl ServerMechanism) -> SaslServer {
    SaslServer::new(vec![Box::new(mechanism)], SaslLimits::default()).unwrap()
}

fn plain() -> Plain {
    Plain::new("guest", "secret").unwrap()
}

/// The decision of a server that knows one user.
fn check(credentials: Credentials) -> Result<Identity, Refusal> {
    match credentials {
        Credentials::Password { user, password, act_as: None } if *password == "secret" => {
            Ok(Identity::user(user))
        }
        Credentials::Anonymous { .. } | Credentials::External { act_as: None, .. } => {
            Ok(Identity::anonymous())
        }
        Credentials::Verified { user, .. } => Ok(Identity::user(user)),
        _ => Err(Refusal::Credentials),
    }
}

type Outcomes = (Option<Result<Symbol, SaslError>>, Option<Result<Authenticated, SaslError>>);

/// Exchanges frames until neither side has anything to send, in parts of this many octets.
fn exchange(client: &mut SaslClient, server: &mut SaslServer, part: usize) -> Outcomes {
    loop {
        let to_client = server.poll_transmit();
        for mut part in to_client.iter().flat_map(|octets| octets.chunks(part)) {
            client.handle_input(&mut part);
            assert!(part.is_empty());
        }
        let to_server = client.poll_transmit();
        for mut part in to_server.iter().flat_map(|octets| octets.chunks(part)) {
            server.handle_input(&mut part);
            assert!(part.is_empty());
        }
        if let Some(credentials) = server.poll_credentials() {
            server.decide(check(credentials));
        } else if to_client.is_none() && to_server.is_none() {
            return (client.poll_outcome(), server.poll_outcome());
        }
    }
}

fn outcomes(client_has: impl Mechanism, server_has: impl ServerMechanism) -> Outcomes {
    exchange(&mut client(client_has), &mut server(server_has), usize::MAX)
}

/// Returns the error of a client that has chosen PLAIN, when the server answers with these octets.
fn client_error(answer: &[u8]) -> SaslError {
    let mut client = client(plain());
    client.handle_input(&mut &*offer("PLAIN"));
    assert!(client.poll_transmit().is_some());
    assert!(client.poll_outcome().is_none());
    client.handle_input(&mut &*answer);
    assert_eq!(client.poll_transmit(), None, "nothing is sent after an error");
    client.poll_outcome().unwrap().unwrap_err()
}

/// A mechanism with two challenges. The outcome must contain a third part.
#[derive(Debug)]
struct Riddle(u8);

impl Mechanism for Riddle {
    fn name(&self) -> Symbol {
        Symbol::from_static("RIDDLE")
    }

    fn initial_response(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        None
    }

    fn respond(&mut self, challenge: &[u8]) -> Result<Zeroizing<Vec<u8>>, MechanismError> {
        self.0 += 1;
        assert_eq!(challenge, [self.0]);
        Ok(Zeroizing::new(vec![self.0 + 10]))
    }

    fn finish(&mut self, additional_data: Option<&[u8]>) -> Result<(), MechanismError> {
        match additional_data {
            Some(b"known") => Ok(()),
            _ => Err(MechanismError::new("the server does not know the answer")),
        }
    }
}

#[derive(Debug)]
struct RiddleServer(u8, &'static [u8]);

impl ServerMechanism for RiddleServer {
    fn name(&self) -> Symbol {
        Symbol::from_static("RIDDLE")
    }

    fn respond(&mut self, response: Option<&[u8]>) -> Result<Step, MechanismError> {
        assert_eq!(response.is_none(), self.0 == 0);
        if response.is_some_and(|response| response != [self.0 + 10]) {
            return Err(MechanismError::new("the answer is wrong"));
        }
        self.0 += 1;
        Ok(match self.0 {
            1 | 2 => Step::Challenge(Zeroizing::new(vec![self.0])),
            _ => Step::Check(Credentials::Verified { user: "sphinx".into(), act_as: None }),
        })
    }

    fn additional_data(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(self.1.to_vec()))
    }
}

#[test]
fn both_sides_agree_however_the_octets_are_split() {
    for part in [1, 2, 7, 8, 9, 100] {
        let (ours, theirs) = exchange(&mut client(plain()), &mut server(PlainServer), part);
        assert_eq!(ours, Some(Ok(Symbol::from_static("PLAIN"))));
        let authenticated = theirs.unwrap().unwrap();
        assert_eq!(authenticated.identity(), &Identity::user("guest"));
        assert_eq!(*authenticated.mechanism(), "PLAIN");
    }
}

#[test]
fn each_mechanism_authenticates() {
    let (ours, theirs) = outcomes(Anonymous::default(), AnonymousServer);
    assert!(ours.unwrap().is_ok());
    assert_eq!(theirs.unwrap().unwrap().identity().to_string(), "an anonymous client");
    let (ours, theirs) = outcomes(External::default(), ExternalServer);
    assert!(ours.unwrap().is_ok() && theirs.unwrap().is_ok());
    let (ours, theirs) = outcomes(Riddle(0), RiddleServer(0, b"known"));
    assert_eq!(ours, Some(Ok(Symbol::from_static("RIDDLE"))));
    assert_eq!(theirs.unwrap().unwrap().identity().name(), Some("sphinx"));
}

#[test]
fn a_server_that_does_not_authenticate_itself_is_an_error() {
    let (ours, _) = outcomes(Riddle(0), RiddleServer(0, b"guessed"));
    let error = ours.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the SASL mechanism RIDDLE failed: the server does not know the answer"
    );
}

#[test]
fn wrong_credentials_are_refused_on_both_sides() {
    let wrong = Plain::new("guest", "wrong").unwrap();
    let (ours, theirs) = outcomes(wrong, PlainServer);
    let (ours, theirs) = (ours.unwrap().unwrap_err(), theirs.unwrap().unwrap_err());
    assert_eq!(ours.kind, SaslErrorKind::Refused(Refusal::Credentials));
    assert_eq!((ours.fault(), theirs.fault()), (Fault::User, Fault::Peer));
    assert_eq!(
        ours.to_string(),
        "the server does not accept the credentials; check the user and the password"
    );
    assert_eq!(theirs.to_string(), "the credentials of the client were not accepted");
    let other = plain().act_as("admin").unwrap();
    assert!(outcomes(other, PlainServer).1.unwrap().is_err());
}

#[test]
fn each_failing_outcome_is_another_error() {
    let cases = [
        ("5001", Refusal::Credentials, "check the user and the password"),
        ("5002", Refusal::Failure, "ask its operator"),
        ("5003", Refusal::PermanentFailure, "ask its operator"),
        ("5004", Refusal::TemporaryFailure, "try again later"),
    ];
    for (code, refusal, advice) in cases {
        // As ActiveMQ Artemis sends it.
        let error = client_error(&hex(&format!("0000001002010000005344c00301{code}")));
        assert_eq!(error.kind, SaslErrorKind::Refused(refusal));
        assert!(error.to_string().ends_with(advice), "{error}");
    }
}

#[test]
fn without_a_common_mechanism_nothing_is_sent() {
    let mut client = client(plain());
    // As Proton sends it.
    client.handle_input(&mut &*hex("0000001c02010000 005340c00f01e00c01a309414e4f4e594d4f5553"));
    assert_eq!(client.poll_transmit(), None);
    let error = client.poll_outcome().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server offers the SASL mechanisms ANONYMOUS, but not PLAIN; use one of those that it \
         offers"
    );
    assert_eq!(error.fault(), Fault::User);
    assert!(client.poll_outcome().is_none(), "an outcome is returned once");
}

#[test]
fn a_server_that_offers_nothing_is_an_error() {
    let mut client = client(plain());
    client.handle_input(&mut &*hex("0000001202010000 005340c00501e00200a3"));
    assert_eq!(client.poll_transmit(), None);
    let error = client.poll_outcome().unwrap().unwrap_err();
    assert_eq!(error.kind, SaslErrorKind::NoneOffered);
    let error = SaslServer::new(Vec::new(), SaslLimits::default()).unwrap_err();
    assert_eq!(error.to_string(), "a server must offer at least one SASL mechanism");
}

#[test]
fn the_first_of_our_mechanisms_that_is_offered_is_used() {
    let ours: Vec<Box<dyn Mechanism>> =
        vec![Box::new(Riddle(0)), Box::new(plain()), Box::new(Anonymous::default())];
    let mut client = SaslClient::new(ours, Some("virtual".into()), SaslLimits::default());
    let mut server = SaslServer::new(
        vec![Box::new(AnonymousServer), Box::new(PlainServer)],
        SaslLimits::default(),
    )
    .unwrap();
    let (ours, _) = exchange(&mut client, &mut server, usize::MAX);
    assert_eq!(ours, Some(Ok(Symbol::from_static("PLAIN"))));
}

#[test]
fn a_challenge_that_the_mechanism_does_not_have_is_an_error() {
    let error = client_error(&challenge());
    assert_eq!(
        error.to_string(),
        "the SASL mechanism PLAIN failed: the server sent a challenge, which this mechanism does \
         not have"
    );
    assert_eq!(error.fault(), Fault::Peer);
}

#[test]
fn a_client_may_choose_before_it_has_seen_the_offer() {
    let mut server = server(AnonymousServer);
    // As go-amqp sends it, with the header that follows.
    let init =
        "0000002a02010000005341d00000001a00000002a309414e4f4e594d4f5553a009616e6f6e796d6f7573";
    let octets = [hex(init), b"AMQP\0\x01\0\0".to_vec()].concat();
    let mut input = &*octets;
    server.handle_input(&mut input);
    assert_eq!(input, b"AMQP\0\x01\0\0");
    assert!(!server.wants_read());
    let credentials = server.poll_credentials().unwrap();
    assert_eq!(credentials, Credentials::Anonymous { trace: "anonymous".into() });
    assert_eq!(server.poll_credentials(), None);
    assert!(server.poll_outcome().is_none(), "there is no decision yet");
    server.decide(Ok(Identity::anonymous()));
    let sent = server.poll_transmit().unwrap();
    assert!(
        sent.ends_with(&hex("0053 44c003015000")) || sent.ends_with(&hex("0053 44c0020150 00"))
    );
    assert!(server.poll_outcome().unwrap().is_ok());
    server.decide(Err(Refusal::Credentials));
    assert_eq!(server.poll_transmit(), None, "there is one decision");
}

#[test]
fn a_client_of_protonj2_is_understood() {
    let mut server = server(AnonymousServer);
    let init =
        "0000002c02010000005341d00000001c00000003a309414e4f4e594d4f5553a000a1093132372e302e302e31";
    server.handle_input(&mut &*hex(init));
    assert!(matches!(server.poll_credentials(), Some(Credentials::Anonymous { .. })));
}

#[test]
fn a_mechanism_that_is_not_offered_is_refused() {
    let mut server = server(AnonymousServer);
    server.poll_transmit();
    server.handle_input(&mut &*init("PLAIN"));
    assert!(server.poll_transmit().unwrap().ends_with(&[0x50, 1]));
    let error = server.poll_outcome().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the client chose the SASL mechanism PLAIN, which was not offered"
    );
}

#[test]
fn a_second_try_on_one_connection_is_an_error() {
    let mut server = server(RiddleServer(0, b""));
    server.handle_input(&mut &*init("RIDDLE"));
    server.handle_input(&mut &*init("RIDDLE"));
    let error = server.poll_outcome().unwrap().unwrap_err();
    assert_eq!(error.kind, SaslErrorKind::UnexpectedFrame("sasl-init"));
    assert_eq!(error.side, Side::Server);
    // A response before a mechanism was chosen.
    let mut server = self::server(PlainServer);
    server.handle_input(&mut &*response());
    assert!(server.poll_outcome().unwrap().is_err());
}

#[test]
fn responses_of_plain_are_checked() {
    let password = |user: &str, password: &str, act_as: Option<&str>| {
        Some(Credentials::Password {
            user: user.into(),
            password: Zeroizing::new(password.into()),
            act_as: act_as.map(Into::into),
        })
    };
    let cases = [
        (&b"\0guest\0secret"[..], password("guest", "secret", None)),
        (b"guest\0guest\0secret", password("guest", "secret", None)),
        (b"admin\0guest\0secret", password("guest", "secret", Some("admin"))),
        (b"\0guest\0", None),
        ("\0gäst\0päss".as_bytes(), password("gäst", "päss", None)),
        (b"", None),
        (b"guest", None),
        (b"\0guest", None),
        (b"\0\0secret", None),
        (b"\0guest\0secret\0", None),
        (b"\0\xff\0secret", None),
    ];
    for (response, expected) in cases {
        let step = PlainServer.respond(Some(response));
        let credentials = match step {
            Ok(Step::Check(credentials)) => Some(credentials),
            Ok(_) => panic!("another step"),
            Err(_) => None,
        };
        assert_eq!(credentials, expected, "{response:?}");
    }
    let Ok(Step::Challenge(challenge)) = PlainServer.respond(None) else { panic!() };
    assert!(challenge.is_empty());
    let Ok(Step::Challenge(_)) = ExternalServer.respond(None) else { panic!() };
    assert!(ExternalServer.respond(Some(b"a\0b")).is_err());
}

#[test]
fn users_and_passwords_that_plain_cannot_send_are_errors() {
    let error = |user: &str, password: &str| Plain::new(user, password).unwrap_err().to_string();
    assert_eq!(error("", "secret"), "the user is empty");
    assert_eq!(error("guest", ""), "the password is empty");
    assert_eq!(error("a\0b", "secret"), "the user contains a NUL");
    assert_eq!(error("guest", "a\0b"), "the password contains a NUL");
    assert!(plain().act_as("a\0b").is_err());
    assert!(External::act_as("a\0b").is_err());
    assert!(Anonymous::trace("ä".repeat(255)).is_ok());
    assert!(Anonymous::trace("a".repeat(256)).is_err());
}

#[test]
fn passwords_are_not_printed() {
    let check = |printed: &str| {
        for secret in ["secret", "115, 101, 99", "73, 65, 63"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    };
    let mut server = server(PlainServer);
    let mut client = client(plain());
    check(&format!("{:?} {client:?}", plain()));
    client.handle_input(&mut &**server.poll_transmit().unwrap());
    check(&format!("{client:?}"));
    let init = client.poll_transmit().unwrap();
    server.handle_input(&mut &init[..init.len() - 1]);
    check(&format!("{server:?}"));
    server.handle_input(&mut &init[init.len() - 1..]);
    let printed = format!("{server:?}");
    assert!(printed.contains("guest"));
    check(&printed);
    check(&format!(
        "{:?} {:?}",
        server.poll_credentials(),
        PlainServer.respond(Some(b"\0a\0secret"))
    ));
}

#[test]
fn a_decision_is_about_credentials_that_were_returned() {
    let mut server = server(AnonymousServer);
    server.handle_input(&mut &*init("ANONYMOUS"));
    server.decide(Ok(Identity::user("nobody has checked this")));
    assert!(server.poll_outcome().is_none());
    assert!(server.poll_credentials().is_some());
    server.decide(Err(Refusal::TemporaryFailure));
    let error = server.poll_outcome().unwrap().unwrap_err();
    assert_eq!(error.fault(), Fault::User, "the server failed");
}

/// Refuses without looking at credentials, or has data that is too long.
#[derive(Debug)]
struct Odd(bool);

impl ServerMechanism for Odd {
    fn name(&self) -> Symbol {
        Symbol::from_static("ANONYMOUS")
    }

    fn respond(&mut self, _: Option<&[u8]>) -> Result<Step, MechanismError> {
        Ok(if self.0 {
            Step::Refuse(Refusal::TemporaryFailure)
        } else {
            Step::Check(Credentials::Anonymous { trace: String::new() })
        })
    }

    fn additional_data(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(vec![0; 9000]))
    }
}

#[test]
fn a_client_is_told_of_every_failure_of_the_server() {
    let (ours, theirs) = outcomes(Anonymous::default(), Odd(true));
    let refused = SaslErrorKind::Refused(Refusal::TemporaryFailure);
    assert_eq!(
        (ours.unwrap().unwrap_err().kind, theirs.unwrap().unwrap_err().kind),
        (refused.clone(), refused)
    );
    let (ours, theirs) = outcomes(Anonymous::default(), Odd(false));
    assert_eq!(ours.unwrap().unwrap_err().kind, SaslErrorKind::Refused(Refusal::Failure));
    assert!(matches!(theirs.unwrap().unwrap_err().kind, SaslErrorKind::Write(_)));
}

#[test]
fn a_client_chooses_before_the_server_has_offered_anything() {
    for part in [1, 7, usize::MAX] {
        let mut client = client(Anonymous::default());
        client.choose_early();
        let mut server = server(AnonymousServer);
        // The init is there before the mechanisms.
        let init = client.poll_transmit().unwrap();
        server.handle_input(&mut &**init);
        assert_eq!(client.poll_transmit(), None);
        let (chosen, authenticated) = exchange(&mut client, &mut server, part);
        assert_eq!(chosen.unwrap().unwrap(), "ANONYMOUS");
        authenticated.unwrap().unwrap();
    }
    let mut client = client(Anonymous::default());
    client.choose_early();
    client.poll_transmit();
    client.handle_input(&mut &*offer("PLAIN"));
    let error = client.poll_outcome().unwrap().unwrap_err();
    assert!(matches!(error.kind, SaslErrorKind::NoCommonMechanism { .. }), "{error}");
    // Without a mechanism there is nothing to choose.
    let mut none = SaslClient::new(Vec::new(), None, SaslLimits::default());
    none.choose_early();
    assert_eq!(none.poll_transmit(), None);
}

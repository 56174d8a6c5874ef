//! The conclusions from all answers together.

use amqp_net::proto::DetectedProtocol;
use amqp_net::{Endpoint, ProtocolHeader, ProtocolId};

use super::answer::{Answer, TlsFailure};
use super::ask::Answers;

/// Whether AMQP 1.0.0 can be spoken, with or without SASL.
pub(crate) const fn speaks_amqp(answers: &Answers) -> bool {
    without_sasl(answers) || with_sasl(answers)
}

/// Whether AMQP 1.0.0 can be spoken without SASL.
pub(crate) const fn without_sasl(answers: &Answers) -> bool {
    answers.amqp.is_usable() && !is_echo(answers)
}

/// Whether AMQP 1.0.0 can be spoken after SASL.
pub(crate) const fn with_sasl(answers: &Answers) -> bool {
    answers.sasl.is_usable()
}

/// Whether the peer only sent back what it received. An AMQP server would have sent its mechanisms.
const fn is_echo(answers: &Answers) -> bool {
    answers.amqp.is_echo() && answers.sasl.is_echo() && answers.tls.is_echo()
}

/// Returns why no connection could be made. If any could, there is another answer.
pub(crate) fn unreachable(answers: &Answers) -> Option<&str> {
    let [first, others @ ..] = answers.each();
    first.unreachable().filter(|_| others.into_iter().all(|answer| answer.unreachable().is_some()))
}

/// Describes what a peer that was reached seems to be. Peers do not identify themselves before `open`, so
/// this relies on the known differences between peers.
pub(crate) fn peer(answers: &Answers) -> String {
    let seems = if speaks_amqp(answers) {
        amqp_peer(answers)
    } else if is_echo(answers) {
        "an echo server: it sends back what it receives"
    } else if answers.no_tls {
        return without_tls(answers);
    } else if let Some(broken) = broken_sasl(answers) {
        return broken;
    } else if let Some(protocol) = detected(answers) {
        return other_peer(protocol).to_owned();
    } else if offered(answers, ProtocolId::TLS) {
        "an AMQP peer that requires TLS"
    } else if let Some(header) = answers.each().into_iter().find_map(Answer::offered) {
        return format!("a peer that speaks {header}");
    } else {
        "a peer that does not answer AMQP headers"
    };
    seems.to_owned()
}

fn amqp_peer(answers: &Answers) -> &'static str {
    let mechanisms = answers.sasl.mechanisms();
    let offers = |name: &str| mechanisms.iter().any(|mechanism| mechanism.as_str() == name);
    let prefers_sasl = answers.amqp.offered() == Some(ProtocolHeader::SASL);
    let tls_answered = !matches!(answers.tls, Answer::Silent | Answer::Closed);
    if offers("AMQPLAIN") {
        return if without_sasl(answers) {
            "RabbitMQ 3 with its AMQP 1.0 plugin: it offers AMQPLAIN, a mechanism of RabbitMQ, and \
             accepts AMQP without SASL"
        } else {
            "RabbitMQ, most likely 4 or later: it offers AMQPLAIN, a mechanism of RabbitMQ, and \
             requires SASL"
        };
    }
    if offers("MSSBCBS") {
        return "Azure Service Bus or Event Hubs: it offers MSSBCBS, a mechanism of Azure";
    }
    // Proton, on which many servers are built, has these from Cyrus SASL.
    if ["SCRAM-SHA-1", "SCRAM-SHA-256", "DIGEST-MD5", "CRAM-MD5"].iter().any(|name| offers(name)) {
        return "a peer with strong mechanisms, such as Qpid Proton with Cyrus SASL";
    }
    match (&answers.tls, mechanisms) {
        (Answer::Silent, [_, ..]) if without_sasl(answers) => {
            "most likely a peer built on Qpid Proton: it waits for TLS after the TLS header"
        }
        (Answer::Closed, [_]) => {
            "most likely a peer built on rhea: it closes the connection after an unknown header"
        }
        _ if prefers_sasl && tls_answered => "an AMQP 1.0 peer that requires SASL",
        _ if tls_answered => "an AMQP 1.0 peer that answers each header with a header",
        _ => "an AMQP 1.0 peer",
    }
}

const fn other_peer(protocol: DetectedProtocol) -> &'static str {
    match protocol {
        DetectedProtocol::Amqp091 => {
            "a broker for AMQP 0-9-1 only, such as RabbitMQ 3 without its AMQP 1.0 plugin"
        }
        DetectedProtocol::Amqp09 | DetectedProtocol::Amqp08 => "an old broker for AMQP 0-9 or 0-8",
        DetectedProtocol::Amqp010 => "a broker for AMQP 0-10, such as an old Qpid",
        DetectedProtocol::Tls => "a peer that speaks TLS from the first octet",
        DetectedProtocol::Http => "a web server",
        DetectedProtocol::Text => "a server for another text protocol",
        _ => "a server for an unknown protocol",
    }
}

/// Describes a peer with which the handshake of TLS failed.
fn without_tls(answers: &Answers) -> String {
    if let Some(header) = answers.each().into_iter().find_map(Answer::offered) {
        return format!("a peer without TLS on this port: it offers {header}");
    }
    if let Some(protocol) = detected(answers) {
        return format!("a peer without TLS on this port: it speaks {protocol}");
    }
    if let Some(failure) = tls_failure(answers) {
        return format!("a peer that speaks TLS, but the handshake failed: {failure}");
    }
    if answers.each().into_iter().any(|answer| *answer == Answer::Closed) {
        "a peer that did not answer TLS: it closed the connection".to_owned()
    } else {
        "a peer that did not answer TLS".to_owned()
    }
}

/// Describes a peer that requires SASL or agrees on it, but does not offer mechanisms.
fn broken_sasl(answers: &Answers) -> Option<String> {
    let asked = answers.amqp.offered() == Some(ProtocolHeader::SASL);
    match &answers.sasl {
        Answer::Closed if asked => Some(
            "a peer that requires SASL, but closes the connection after the SASL header".to_owned(),
        ),
        Answer::Silent if asked => {
            Some("a peer that requires SASL, but does not answer the SASL header".to_owned())
        }
        // TLS comes first.
        _ if answers.amqp.offered() == Some(ProtocolHeader::TLS) => None,
        answer => {
            let error = answer.sasl_error()?;
            Some(format!("a peer whose SASL cannot be used: {error}"))
        }
    }
}

/// Returns why the handshake of TLS failed, if it did.
fn tls_failure(answers: &Answers) -> Option<&TlsFailure> {
    answers.each().into_iter().find_map(Answer::tls_failure)
}

/// Returns what to do.
pub(crate) fn advice(answers: &Answers, url: &Endpoint) -> String {
    if unreachable(answers).is_some() {
        return "check the host and the port, that the server is running, and that no firewall blocks it"
            .to_owned();
    }
    if speaks_amqp(answers) {
        return how_to_connect(answers, url);
    }
    if is_echo(answers) {
        return "try another port or another host".to_owned();
    }
    if answers.no_tls {
        return how_to_do_tls(answers, url);
    }
    if broken_sasl(answers).is_some() && !offered(answers, ProtocolId::TLS) {
        let see_log = "see the log of the server for what is wrong with SASL";
        return if url.is_secure() {
            see_log.to_owned()
        } else {
            format!("{see_log}; it may expect TLS: amqp probe {}", url.clone().secure(true))
        };
    }
    match detected(answers) {
        Some(DetectedProtocol::Amqp091) => {
            "use a client for AMQP 0-9-1, or enable the plugin of RabbitMQ 3: rabbitmq-plugins enable \
             rabbitmq_amqp1_0"
        }
        Some(DetectedProtocol::Amqp09 | DetectedProtocol::Amqp010 | DetectedProtocol::Amqp08) => {
            "use a client for that version, which is another protocol than AMQP 1.0"
        }
        Some(DetectedProtocol::Tls) => {
            return format!("probe it with TLS: amqp probe {}", url.clone().secure(true));
        }
        Some(DetectedProtocol::Http) => {
            "try another port: AMQP usually has 5672, or 5671 with TLS"
        }
        Some(_) => "try another port or another host",
        None if offered(answers, ProtocolId::TLS) => {
            "connect with TLS, after the TLS header or on the port for amqps, usually 5671"
        }
        None if answers.each().into_iter().any(|answer| answer.offered().is_some()) => {
            "use a client for the version that the peer offers"
        }
        None if url.is_secure() => "try another port: AMQP with TLS usually has 5671",
        None => {
            return format!(
                "it may expect TLS: amqp probe {}; or see the log of the server, or set a longer \
                 --timeout",
                url.clone().secure(true),
            );
        }
    }
    .to_owned()
}

/// Returns what to do when the handshake of TLS failed.
fn how_to_do_tls(answers: &Answers, url: &Endpoint) -> String {
    let without = format!("probe it without TLS: amqp probe {}", url.clone().secure(false));
    if detected(answers).is_some() || answers.each().into_iter().any(|a| a.offered().is_some()) {
        without
    } else if tls_failure(answers).is_some() {
        "see the log of the server: it may require a client certificate, or another version of TLS"
            .to_owned()
    } else {
        format!("{without}; or see the log of the server, or set a longer --timeout")
    }
}

fn how_to_connect(answers: &Answers, url: &Endpoint) -> String {
    if answers.sasl.sasl_error().is_some() {
        return "connect without SASL, because its SASL cannot be used".to_owned();
    }
    if !with_sasl(answers) {
        return "connect without SASL, because it does not require authentication".to_owned();
    }
    let mechanisms = answers.sasl.mechanisms();
    let offers = |name: &str| mechanisms.iter().any(|mechanism| mechanism.as_str() == name);
    let mut advice = format!("connect with SASL ({})", names(answers));
    if without_sasl(answers) {
        advice += " or without it";
    }
    if offers("PLAIN") && !url.is_secure() {
        advice += "; PLAIN sends the password unencrypted, so use TLS or a trusted network";
    }
    advice
}

fn names(answers: &Answers) -> String {
    let names: Vec<String> = answers
        .sasl
        .mechanisms()
        .iter()
        .map(|mechanism| mechanism.as_str().escape_debug().to_string())
        .collect();
    names.join(", ")
}

/// Returns the protocol that the peer most likely speaks, by the most specific answer.
fn detected(answers: &Answers) -> Option<DetectedProtocol> {
    let mut guesses = answers.each().into_iter().filter_map(Answer::detected);
    let first = guesses.next()?;
    Some(if first == DetectedProtocol::Unknown { guesses.next().unwrap_or(first) } else { first })
}

/// Whether the peer sent a header with this id.
fn offered(answers: &Answers, id: ProtocolId) -> bool {
    answers.each().into_iter().filter_map(Answer::offered).any(|header| header.id == id)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use amqp_net::proto::{
        FrameBodyError, NegotiationError, NegotiationErrorKind, Side, StreamEnd,
    };
    use amqp_types::Symbol;

    use super::*;

    const URL: &str = "amqp://broker:5672";

    fn answers(amqp: Answer, sasl: Answer, tls: Answer) -> Answers {
        Answers { address: None, amqp, sasl, tls, no_tls: false }
    }

    fn sasl(mechanisms: &[&'static str]) -> Answer {
        let mechanisms = mechanisms.iter().map(|name| Symbol::from_static(name)).collect();
        Answer::AgreedOnSasl(ProtocolHeader::SASL, Ok(mechanisms))
    }

    const EMPTY: NegotiationErrorKind = NegotiationErrorKind::FrameBody(FrameBodyError::EmptySasl);

    /// An agreement on SASL without mechanisms.
    fn broken_sasl(kind: NegotiationErrorKind) -> Answer {
        let sent = Some(ProtocolHeader::SASL);
        let error = NegotiationError { side: Side::Client, sent, kind };
        Answer::AgreedOnSasl(ProtocolHeader::SASL, Err(error))
    }

    fn check(answers: &Answers, speaks: bool, who: &str, what: &str) {
        assert_eq!(speaks_amqp(answers), speaks, "{answers:?}");
        let (peer, advice) = (peer(answers), advice(answers, &URL.parse().unwrap()));
        assert!(peer.contains(who), "{peer:?} does not say {who:?}");
        assert!(advice.contains(what), "{advice:?} does not say {what:?}");
    }

    /// With the answers that were observed.
    #[test]
    fn known_peers() {
        let agreed = || Answer::Agreed(ProtocolHeader::AMQP);
        let to_sasl = || Answer::Refused(ProtocolHeader::SASL);
        let rabbit = sasl(&["ANONYMOUS", "AMQPLAIN", "PLAIN"]);
        check(&answers(agreed(), rabbit, to_sasl()), true, "RabbitMQ 3 with", "or without it");
        let rabbit = sasl(&["PLAIN", "AMQPLAIN", "ANONYMOUS"]);
        check(&answers(to_sasl(), rabbit, to_sasl()), true, "RabbitMQ, most likely 4", "(PLAIN, ");
        let older = || Answer::NotAmqp(DetectedProtocol::Amqp091, b"AMQP\0\0\x09\x01".to_vec());
        check(&answers(older(), older(), older()), false, "without its AMQP 1.0 plugin", "0-9-1");
        let anonymous = || sasl(&["ANONYMOUS"]);
        check(&answers(agreed(), anonymous(), Answer::Silent), true, "Qpid Proton", "ANONYMOUS");
        check(&answers(agreed(), anonymous(), Answer::Closed), true, "rhea", "ANONYMOUS");
        let cyrus = sasl(&["SCRAM-SHA-256", "PLAIN"]);
        check(&answers(agreed(), cyrus, Answer::Silent), true, "Qpid Proton", "unencrypted");
        let to_amqp = || Answer::Refused(ProtocolHeader::AMQP);
        check(&answers(agreed(), to_amqp(), to_amqp()), true, "AMQP 1.0", "without SASL");
    }

    #[test]
    fn peers_of_other_kinds() {
        let same = |answer: Answer| answers(answer.clone(), answer.clone(), answer);
        let tls = Answer::NotAmqp(DetectedProtocol::Tls, vec![21, 3, 1, 0, 2, 2, 10]);
        check(&same(tls), false, "TLS", "amqp probe amqps://broker:5672");
        let http = Answer::NotAmqp(DetectedProtocol::Http, b"HTTP/1.1 400".to_vec());
        check(&same(http), false, "web server", "another port");
        check(&same(Answer::Silent), false, "does not answer", "amqps://");
        check(&same(Answer::Closed), false, "does not answer", "amqps://");
        let newer = ProtocolHeader { minor: 1, ..ProtocolHeader::AMQP };
        check(
            &same(Answer::Refused(newer)),
            false,
            "AMQP 1.1.0",
            "the version that the peer offers",
        );
        check(&same(Answer::Refused(ProtocolHeader::TLS)), false, "requires TLS", "with TLS");
        let unreachable = same(Answer::Unreachable("refused".to_owned()));
        assert_eq!(super::unreachable(&unreachable), Some("refused"));
        assert!(advice(&unreachable, &URL.parse().unwrap()).contains("check the host"));
        let echo = |kind| {
            let (amqp, tls) = (ProtocolHeader::AMQP, ProtocolHeader::TLS);
            answers(Answer::Agreed(amqp), broken_sasl(kind), Answer::Agreed(tls))
        };
        for kind in [
            NegotiationErrorKind::MechanismsTimedOut { after: Duration::ZERO },
            NegotiationErrorKind::MechanismsClosed(StreamEnd::Clean),
        ] {
            check(&echo(kind), false, "an echo", "another port");
        }
        check(&echo(EMPTY), true, "AMQP 1.0", "without SASL");
        let plain = Answers { no_tls: true, ..same(Answer::Refused(ProtocolHeader::SASL)) };
        check(&plain, false, "without TLS on this port: it offers SASL", "amqp probe amqp://");
    }

    #[test]
    fn peers_that_break_off_sasl() {
        let to_sasl = || Answer::Refused(ProtocolHeader::SASL);
        let amqps = "amqp probe amqps://broker:5672";
        let closed = answers(to_sasl(), Answer::Closed, to_sasl());
        check(&closed, false, "closes the connection after the SASL header", amqps);
        let silent = answers(to_sasl(), Answer::Silent, Answer::Closed);
        check(&silent, false, "does not answer the SASL header", amqps);
        let none = answers(to_sasl(), broken_sasl(NegotiationErrorKind::NoMechanisms), to_sasl());
        check(&none, false, "offered no SASL mechanism", amqps);
        let to_tls = || Answer::Refused(ProtocolHeader::TLS);
        let tls = Answer::Agreed(ProtocolHeader::TLS);
        let tls_first = answers(to_tls(), broken_sasl(EMPTY), tls);
        check(&tls_first, false, "requires TLS", "after the TLS header");
        let bare = Answer::Agreed(ProtocolHeader::AMQP);
        let bare = answers(bare, broken_sasl(EMPTY), Answer::Closed);
        check(&bare, true, "AMQP 1.0", "connect without SASL");
    }

    #[test]
    fn peers_that_do_not_set_up_tls() {
        let no_tls = |answer: Answer| {
            let answers = answers(answer.clone(), answer.clone(), answer);
            Answers { no_tls: true, ..answers }
        };
        let alert = TlsFailure::Other("received fatal alert".to_owned());
        check(&no_tls(Answer::TlsFailed(alert)), false, "fatal alert", "client certificate");
        check(&no_tls(Answer::TlsFailed(TlsFailure::Echo)), false, "an echo", "another port");
        for (answer, who) in [(Answer::Silent, "answer TLS"), (Answer::Closed, "TLS: it closed")] {
            check(&no_tls(answer), false, who, "amqp probe amqp://broker:5672; or see the log");
        }
    }
}

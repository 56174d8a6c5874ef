//! What the answers mean, taken together.

use amqp_net::proto::Likely;
use amqp_net::{ProtocolHeader, ProtocolId};

use super::answer::Answer;
use super::ask::Answers;
use super::url::Url;

/// Whether AMQP 1.0.0 can be spoken: at once, or after SASL.
pub(crate) const fn speaks_amqp(answers: &Answers) -> bool {
    answers.amqp.is_agreed() || answers.sasl.is_agreed()
}

/// Whether nothing could be asked.
pub(crate) fn is_unreachable(answers: &Answers) -> bool {
    answers.each().into_iter().all(Answer::is_unreachable)
}

/// Who the peer seems to be. Peers do not say who they are before they are opened: this goes by
/// what tells the ones apart that have been looked at.
pub(crate) fn peer(answers: &Answers) -> String {
    let seems = if is_unreachable(answers) {
        "nobody was reached"
    } else if speaks_amqp(answers) {
        amqp_peer(answers)
    } else if answers.no_tls {
        return format!("a peer without TLS on this port{}", without_tls(answers));
    } else if let Some(likely) = likely(answers) {
        return other_peer(likely).to_owned();
    } else if offered(answers, ProtocolId::TLS) {
        "an AMQP peer that insists on TLS"
    } else if let Some(header) = answers.each().into_iter().find_map(Answer::offered) {
        return format!("a peer that speaks {header}");
    } else {
        "a peer that does not answer AMQP"
    };
    seems.to_owned()
}

fn amqp_peer(answers: &Answers) -> &'static str {
    let mechanisms = answers.sasl.mechanisms();
    let offers = |name: &str| mechanisms.iter().any(|mechanism| mechanism.as_str() == name);
    let prefers_sasl = answers.amqp.offered() == Some(ProtocolHeader::SASL);
    let tls_answered = !matches!(answers.tls, Answer::Silent | Answer::Closed);
    if offers("AMQPLAIN") {
        return if answers.amqp.is_agreed() {
            "RabbitMQ 3 with its AMQP 1.0 plugin: AMQPLAIN is its own mechanism, and it takes AMQP \
             without SASL"
        } else {
            "RabbitMQ, most likely 4 or later: AMQPLAIN is its own mechanism, and it insists on \
             SASL"
        };
    }
    if offers("MSSBCBS") {
        return "Azure Service Bus or Event Hubs: MSSBCBS is their own mechanism";
    }
    // Proton, which many servers are built on, hands these on from Cyrus SASL.
    if ["SCRAM-SHA-1", "SCRAM-SHA-256", "DIGEST-MD5", "CRAM-MD5"].iter().any(|name| offers(name)) {
        return "a peer with strong mechanisms, such as Qpid Proton with Cyrus SASL";
    }
    match (&answers.tls, mechanisms) {
        (Answer::Silent, [_, ..]) if answers.amqp.is_agreed() => {
            "a peer built on Qpid Proton, by its answers: it waits for TLS after that header"
        }
        (Answer::Closed, [_]) => {
            "a peer built on rhea, by its answers: it closes on a header that it does not know"
        }
        _ if prefers_sasl && tls_answered => "an AMQP 1.0 peer that insists on SASL",
        _ if tls_answered => "an AMQP 1.0 peer that answers each header with one, as it should",
        _ => "an AMQP 1.0 peer",
    }
}

const fn other_peer(likely: Likely) -> &'static str {
    match likely {
        Likely::Amqp091 => {
            "a broker for AMQP 0-9-1 only, such as RabbitMQ 3 without its AMQP 1.0 plugin"
        }
        Likely::Amqp09 | Likely::Amqp08 => "an old broker for AMQP 0-9 or 0-8",
        Likely::Amqp010 => "a broker for AMQP 0-10, such as an old Qpid",
        Likely::Tls => "a peer that speaks TLS from the first octet",
        Likely::Http => "a web server",
        Likely::Text => "a server for some text protocol",
        _ => "a server for some other protocol",
    }
}

fn without_tls(answers: &Answers) -> String {
    if let Some(header) = answers.each().into_iter().find_map(Answer::offered) {
        return format!(": it offers {header}");
    }
    likely(answers).map_or_else(String::new, |likely| format!(": it speaks {likely}"))
}

/// What to do about it.
pub(crate) fn advice(answers: &Answers, url: &Url) -> String {
    if is_unreachable(answers) {
        return "check the host and the port, that the server runs, and that no firewall is between"
            .to_owned();
    }
    if speaks_amqp(answers) {
        return how_to_connect(answers, url);
    }
    if answers.no_tls {
        return format!("probe it without TLS: amqp probe {}", url.with_secure(false));
    }
    match likely(answers) {
        Some(Likely::Amqp091) => {
            "use a client for AMQP 0-9-1; or for RabbitMQ 3, enable its plugin: rabbitmq-plugins \
             enable rabbitmq_amqp1_0"
        }
        Some(Likely::Amqp09 | Likely::Amqp010 | Likely::Amqp08) => {
            "use a client for that version: it is another protocol than AMQP 1.0"
        }
        Some(Likely::Tls) => {
            return format!("probe it with TLS: amqp probe {}", url.with_secure(true));
        }
        Some(Likely::Http) => "look for another port: AMQP mostly has 5672, or 5671 with TLS",
        Some(_) => "look for another port, or another host",
        None if offered(answers, ProtocolId::TLS) => {
            "connect with TLS, behind the TLS header or on the port for amqps, mostly 5671"
        }
        None if answers.each().into_iter().any(|answer| answer.offered().is_some()) => {
            "use a client for the version that it offers"
        }
        None if url.secure => "see whether another port has AMQP; mostly it is 5671 with TLS",
        None => {
            return format!(
                "it may wait for TLS: amqp probe {}; or see its log, or give it longer with \
                 --timeout",
                url.with_secure(true),
            );
        }
    }
    .to_owned()
}

fn how_to_connect(answers: &Answers, url: &Url) -> String {
    if !answers.sasl.is_agreed() {
        return "connect without SASL: it does not ask who you are".to_owned();
    }
    let mechanisms = answers.sasl.mechanisms();
    let offers = |name: &str| mechanisms.iter().any(|mechanism| mechanism.as_str() == name);
    let mut advice = match (answers.amqp.is_agreed(), mechanisms) {
        (_, []) => "begin with SASL; it did not say which mechanisms it has".to_owned(),
        (true, _) => format!("connect with SASL ({}) or without it", names(answers)),
        (false, _) => format!("connect with SASL ({})", names(answers)),
    };
    if offers("PLAIN") && !url.secure {
        advice += "; PLAIN sends the password in clear, so use it with TLS or on a trusted network";
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

/// What the peer most likely is, by the answer that says the most.
fn likely(answers: &Answers) -> Option<Likely> {
    let mut guesses = answers.each().into_iter().filter_map(Answer::likely);
    let first = guesses.next()?;
    Some(if first == Likely::Unknown { guesses.next().unwrap_or(first) } else { first })
}

/// Whether a header with this id is among those offered.
fn offered(answers: &Answers, id: ProtocolId) -> bool {
    answers.each().into_iter().filter_map(Answer::offered).any(|header| header.id == id)
}

#[cfg(test)]
mod tests {
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

    fn check(answers: &Answers, speaks: bool, who: &str, what: &str) {
        assert_eq!(speaks_amqp(answers), speaks, "{answers:?}");
        let (peer, advice) = (peer(answers), advice(answers, &URL.parse().unwrap()));
        assert!(peer.contains(who), "{peer:?} does not say {who:?}");
        assert!(advice.contains(what), "{advice:?} does not say {what:?}");
    }

    /// As they were seen to answer.
    #[test]
    fn the_brokers_that_were_looked_at() {
        let agreed = || Answer::Agreed(ProtocolHeader::AMQP);
        let to_sasl = || Answer::Refused(ProtocolHeader::SASL);
        let rabbit = sasl(&["ANONYMOUS", "AMQPLAIN", "PLAIN"]);
        check(&answers(agreed(), rabbit, to_sasl()), true, "RabbitMQ 3 with", "or without it");
        let rabbit = sasl(&["PLAIN", "AMQPLAIN", "ANONYMOUS"]);
        check(&answers(to_sasl(), rabbit, to_sasl()), true, "RabbitMQ, most likely 4", "(PLAIN, ");
        let older = || Answer::NotAmqp(Likely::Amqp091, b"AMQP\0\0\x09\x01".to_vec());
        check(&answers(older(), older(), older()), false, "without its AMQP 1.0 plugin", "0-9-1");
        let anonymous = || sasl(&["ANONYMOUS"]);
        check(&answers(agreed(), anonymous(), Answer::Silent), true, "Qpid Proton", "ANONYMOUS");
        check(&answers(agreed(), anonymous(), Answer::Closed), true, "rhea", "ANONYMOUS");
        let cyrus = sasl(&["SCRAM-SHA-256", "PLAIN"]);
        check(&answers(agreed(), cyrus, Answer::Silent), true, "Qpid Proton", "in clear");
        let to_amqp = || Answer::Refused(ProtocolHeader::AMQP);
        check(&answers(agreed(), to_amqp(), to_amqp()), true, "AMQP 1.0", "without SASL");
    }

    #[test]
    fn peers_of_other_kinds() {
        let same = |answer: Answer| answers(answer.clone(), answer.clone(), answer);
        let tls = Answer::NotAmqp(Likely::Tls, vec![21, 3, 1, 0, 2, 2, 10]);
        check(&same(tls), false, "TLS", "amqp probe amqps://broker:5672");
        let http = Answer::NotAmqp(Likely::Http, b"HTTP/1.1 400".to_vec());
        check(&same(http), false, "web server", "another port");
        check(&same(Answer::Silent), false, "does not answer", "amqps://");
        check(&same(Answer::Closed), false, "does not answer", "amqps://");
        let newer = ProtocolHeader { minor: 1, ..ProtocolHeader::AMQP };
        check(&same(Answer::Refused(newer)), false, "AMQP 1.1.0", "the version that it offers");
        check(&same(Answer::Refused(ProtocolHeader::TLS)), false, "insists on TLS", "with TLS");
        let nobody = same(Answer::Unreachable("refused".to_owned()));
        check(&nobody, false, "nobody", "check the host");
        assert!(is_unreachable(&nobody));
        let plain = Answers { no_tls: true, ..same(Answer::Refused(ProtocolHeader::SASL)) };
        check(&plain, false, "without TLS on this port: it offers SASL", "amqp probe amqp://");
    }
}

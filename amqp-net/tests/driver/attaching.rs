//! Links that are attached by a client: how the peer may answer, and what the user is told, over the tokio driver.

use crate::common::script::{Script, answer_to};
use crate::common::{pair, poll_times, settle, soon};
use amqp_net::proto::{LinkEnd, SessionEnd};
use amqp_net::{AttachError, Credit, EndReason, Scope};
use amqp_types::messaging::{
    DeleteOnClose, FilterSet, NodeProperties, Source, SourceArchetype, Target,
};
use amqp_types::transport::{
    AmqpError, Attach, Close, Detach, End, Error, Fields, Handle, Performative, ReceiverSettleMode,
    SenderSettleMode,
};
use amqp_types::{Map, Symbol, Value};

fn closed(error: Option<Error>) -> Detach {
    Detach { handle: Handle(0), closed: true, error }
}

/// Waits until the link is closed, and answers.
async fn expect_closed(script: &mut Script) {
    let detach = loop {
        match soon(script.next()).await {
            // Credit that was given before the answer had been looked at.
            Performative::Flow(_) => {}
            Performative::Detach(detach) => break detach,
            other => panic!("{other:?}"),
        }
    };
    assert!(detach.closed, "{detach:?}");
    script.send(&closed(None), b"").await;
}

#[tokio::test]
async fn an_attach_that_waits_fails_with_the_error_of_its_session() {
    let (client, mut script) = Script::server().await;
    let error = Error::new(AmqpError::UnauthorizedAccess, "not yours");
    let answering = async {
        script.requested().await;
        script.send(&End { error: Some(error.clone()) }, b"").await;
        assert!(matches!(script.next().await, Performative::End(_)));
    };
    let (attached, ()) = tokio::join!(soon(client.sender("queue").attach()), answering);
    let failed = attached.unwrap_err();
    let reason = EndReason::Session(SessionEnd::EndedByPeer(Some(error)));
    assert_eq!(failed.ended().unwrap().reason(), &reason);
    let text =
        "cannot attach a link: the peer ended the session: amqp:unauthorized-access: not yours";
    assert_eq!(failed.to_string(), text);
    assert!(poll_times(1, client.closed()).await.is_none(), "the connection goes on");
}

#[tokio::test]
async fn an_attach_that_ends_the_connection_says_what_was_done_and_that_all_is_gone() {
    let (client, mut script) = Script::server().await;
    let error = Error::new(AmqpError::InternalError, "a null pointer");
    let answering = async {
        script.requested().await;
        script.send(&Close { error: Some(error.clone()) }, b"").await;
    };
    let (attached, ()) = tokio::join!(soon(client.receiver("queue").attach()), answering);
    let failed = attached.unwrap_err();
    let text =
        "cannot attach a link: the peer closed the connection: amqp:internal-error: a null pointer";
    assert_eq!(failed.to_string(), text);
    assert_eq!(
        (failed.scope(), failed.ended().unwrap().remote()),
        (Scope::Connection, Some(&error))
    );
}

#[tokio::test]
async fn a_refusal_in_other_settle_modes_is_still_a_refusal() {
    let (client, mut script) = Script::server().await;
    let error = Error::new(AmqpError::NotFound, "no such queue");
    let builder = client.sender("queue");
    let builder = builder.sender_settle_mode(SenderSettleMode::Unsettled);
    let builder = builder.receiver_settle_mode(ReceiverSettleMode::Second);
    let answering = async {
        let answer = script.requested().await;
        let answer = Attach {
            target: None,
            snd_settle_mode: SenderSettleMode::Settled,
            rcv_settle_mode: ReceiverSettleMode::First,
            ..answer
        };
        script.send(&answer, b"").await;
        script.send(&closed(Some(error.clone())), b"").await;
    };
    let (attached, ()) = tokio::join!(soon(builder.attach()), answering);
    let failed = attached.unwrap_err();
    let reason = EndReason::Link(LinkEnd::Refused(Some(error)));
    assert_eq!(failed.ended().unwrap().reason(), &reason);
}

#[tokio::test]
async fn a_link_in_another_settle_mode_is_closed_unless_any_will_do() {
    for accepts in [false, true] {
        for wants_second in [false, true] {
            let (client, mut script) = Script::server().await;
            let builder = client.receiver("queue");
            let mut builder = if wants_second {
                builder.receiver_settle_mode(ReceiverSettleMode::Second)
            } else {
                builder.sender_settle_mode(SenderSettleMode::Unsettled)
            };
            if accepts {
                builder = builder.accept_other_mode();
            }
            let answering = async {
                let answer = script.requested().await;
                let answer = Attach {
                    snd_settle_mode: SenderSettleMode::Settled,
                    rcv_settle_mode: ReceiverSettleMode::First,
                    ..answer
                };
                script.send(&answer, b"").await;
            };
            let (attached, ()) = tokio::join!(soon(builder.attach()), answering);
            if accepts {
                let attach = attached.as_ref().unwrap().remote_attach();
                assert_eq!(attach.snd_settle_mode, SenderSettleMode::Settled);
                continue;
            }
            let failed = attached.unwrap_err();
            let (text, words) = (
                failed.to_string(),
                match (wants_second, &failed) {
                    (true, AttachError::OtherReceiverMode { .. }) => ["first", "second"],
                    (false, AttachError::OtherSenderMode { .. }) => ["settled", "unsettled"],
                    _ => panic!("{failed:?}"),
                },
            );
            assert!(words.iter().all(|word| text.contains(&format!(" {word}"))), "{text}");
            expect_closed(&mut script).await;
        }
    }
}

#[tokio::test]
async fn a_filter_that_the_peer_does_not_use_is_an_error_unless_it_may_be_missing() {
    let filters = |names: &[&'static str]| {
        let mut filters = FilterSet::default();
        for name in names.iter().map(|name| Symbol::from_static(name)) {
            let filter = Value::described(Value::Symbol(name.clone()), Value::from("a > 1"));
            filters.set(name, &filter).unwrap();
        }
        Some(filters)
    };
    for accepts in [false, true] {
        let (client, mut script) = Script::server().await;
        let filter = filters(&["apache.org:selector-filter:string", "x:other"]);
        let mut builder = client.receiver(Source { filter, ..Source::new("queue") });
        if accepts {
            builder = builder.accept_missing_filters();
        }
        let answering = async {
            let answer = script.requested().await;
            let source = Source { filter: filters(&["x:other"]), ..Source::new("queue") };
            script.send(&Attach { source: Some(source.into()), ..answer }, b"").await;
        };
        let (attached, ()) = tokio::join!(soon(builder.attach()), answering);
        if accepts {
            attached.unwrap();
            continue;
        }
        let failed = attached.unwrap_err();
        let missing = vec![Symbol::from_static("apache.org:selector-filter:string")];
        assert_eq!(failed, AttachError::MissingFilters(missing));
        assert!(failed.to_string().contains("apache.org:selector-filter:string"), "{failed}");
        expect_closed(&mut script).await;
    }
}

#[tokio::test]
async fn an_attach_that_is_dropped_before_its_answer_leaves_nothing() {
    let (client, mut script) = Script::server().await;
    let session = tokio::join!(soon(client.session()), async {
        assert!(matches!(script.next().await, Performative::Begin(_)));
        script.send(&crate::common::script::begin(Some(0)), b"").await;
    });
    let session = session.0.unwrap();
    for _ in 0..3 {
        let mut attaching = Box::pin(session.sender("queue").name("one").attach());
        assert!(poll_times(1, &mut attaching).await.is_none());
        let Performative::Attach(attach) = soon(script.next()).await else { panic!() };
        assert_eq!((&*attach.name, attach.handle), ("one", Handle(0)), "name and handle are free");
        drop(attaching);
        // The answer comes late.
        script.send(&answer_to(attach), b"").await;
        expect_closed(&mut script).await;
        settle().await;
        let stats = client.stats().connection;
        assert_eq!((stats.sessions, stats.links), (1, 0));
    }
}

#[tokio::test]
async fn the_address_and_the_lifetime_of_a_dynamic_node_can_be_read() {
    let properties = || {
        let policy = Value::from_encode(&DeleteOnClose {}).unwrap();
        let entry = (Symbol::from_static("lifetime-policy"), policy);
        Some(NodeProperties(Fields(Map::from_iter([entry]))))
    };
    let (client, mut script) = Script::server().await;
    let dynamic = Source { dynamic: true, ..Source::default() };
    let answering = async {
        let answer = script.requested().await;
        let Some(SourceArchetype::Source(asked)) = &answer.source else { panic!() };
        assert!(asked.dynamic && asked.address.is_none());
        let source = Source {
            dynamic: true,
            dynamic_node_properties: properties(),
            ..Source::new("temporary-1")
        };
        script.send(&Attach { source: Some(source.into()), ..answer }, b"").await;
    };
    let (receiver, ()) = tokio::join!(soon(client.receiver(dynamic).attach()), answering);
    let receiver = receiver.unwrap();
    let source = receiver.source().unwrap();
    assert_eq!(source.address.as_deref(), Some("temporary-1"));
    assert_eq!(source.dynamic_node_properties, properties());

    let (client, mut script) = Script::server().await;
    let dynamic = Target { dynamic: true, ..Target::default() };
    let answering = async {
        let answer = script.requested().await;
        let target = Target {
            dynamic: true,
            dynamic_node_properties: properties(),
            ..Target::new("temporary-2")
        };
        script.send(&Attach { target: Some(target.into()), ..answer }, b"").await;
    };
    let (sender, ()) = tokio::join!(soon(client.sender(dynamic).attach()), answering);
    let sender = sender.unwrap();
    let target = sender.target().unwrap();
    assert_eq!(target.address.as_deref(), Some("temporary-2"));
    assert_eq!(target.dynamic_node_properties, properties());
}

#[tokio::test]
async fn an_address_other_than_the_one_asked_for_can_be_read() {
    let (client, mut script) = Script::server().await;
    let answering = async {
        let answer = script.requested().await;
        let source = Some(Source::new("topic::client.subscription").into());
        script.send(&Attach { source, ..answer }, b"").await;
    };
    let (receiver, ()) = tokio::join!(soon(client.receiver("topic").attach()), answering);
    let receiver = receiver.unwrap();
    let address = receiver.source().unwrap().address.as_deref();
    assert_eq!(address, Some("topic::client.subscription"));
}

#[tokio::test]
async fn a_link_in_a_session_that_has_ended_fails_with_the_reason_of_the_session() {
    let (client, mut script) = Script::server().await;
    let begun = async {
        assert!(matches!(script.next().await, Performative::Begin(_)));
        script.send(&crate::common::script::begin(Some(0)), b"").await;
    };
    let (session, ()) = tokio::join!(soon(client.session()), begun);
    let session = session.unwrap();
    // It is being ended by this side.
    let ending = session.clone().end();
    let failed = soon(session.sender("queue").attach()).await.unwrap_err();
    let reason = EndReason::Session(SessionEnd::Ended);
    assert_eq!(failed.ended().map(amqp_net::Ended::reason), Some(&reason), "{failed}");
    assert!(matches!(script.next().await, Performative::End(_)));
    let error = Error::new(AmqpError::ResourceDeleted, "it was deleted");
    script.send(&End { error: Some(error.clone()) }, b"").await;
    soon(ending).await.unwrap_err();
    // It has ended.
    let failed = soon(session.sender("queue").attach()).await.unwrap_err();
    let reason = EndReason::Session(SessionEnd::EndedByPeer(Some(error)));
    assert_eq!(failed.ended().map(amqp_net::Ended::reason), Some(&reason), "{failed}");
}

#[tokio::test]
async fn a_server_leaves_the_settle_mode_to_a_client_that_leaves_it_open() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").attach_with(|attach| {
        attach.snd_settle_mode = SenderSettleMode::Mixed;
    });
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    assert_eq!(sender.remote_attach().snd_settle_mode, SenderSettleMode::Mixed);
    sender.send_settled("m").await.unwrap();
    assert!(receiver.recv().await.unwrap().unwrap().is_settled());
    let receiving = async { receiver.recv().await.unwrap().unwrap().accept() };
    let (sent, accepted) = tokio::join!(soon(sender.send("m")), receiving);
    sent.unwrap();
    accepted.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_attach_and_a_detach_that_are_not_answered_end_at_their_limit_and_the_connection_lives()
{
    let (client, mut script) = Script::server().await;
    let (attached, ()) = tokio::join!(client.sender("queue").attach(), async {
        script.requested().await;
        // What comes after the limit.
        assert!(matches!(script.next().await, Performative::Detach(_)));
        script.send(&closed(None), b"").await;
    });
    let failed = attached.unwrap_err();
    let text = "cannot attach a link: the peer did not answer the attach within 30s";
    assert_eq!(failed.to_string(), text);

    assert!(poll_times(1, client.closed()).await.is_none(), "the connection lives");

    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    let ended = sender.close().await.unwrap_err();
    assert_eq!(ended.to_string(), "the peer did not answer the detach within 30s");
    assert!(poll_times(1, client.closed()).await.is_none(), "the connection lives");
}

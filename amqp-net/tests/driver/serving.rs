//! Servers: decisions about connections and links, and what happens while there is none.

use std::net::SocketAddr;
use std::time::Duration;

use crate::common::script::{Script, begin};
use crate::common::{assert_all_empty, pair, poll_times, settings, settle, soon};
use amqp_net::{
    AcceptError, Connection, Credit, Listener, PeerRequest, Receiver, Scope, Served, ServerSettings,
};
use amqp_types::messaging::{Source, Target};
use amqp_types::transport::{AmqpError, Attach, Error, Handle, Performative, Role, SequenceNo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

async fn listen() -> (Listener, SocketAddr) {
    let settings = ServerSettings::new(settings("server"));
    let listener = Listener::bind("127.0.0.1:0", settings).await.unwrap();
    let address = listener.local_addr();
    (listener, address)
}

async fn connect(address: SocketAddr) -> Connection {
    soon(Connection::connect(&format!("amqp://{address}"))).await.unwrap()
}

#[tokio::test]
async fn a_sender_without_a_target_is_refused_with_the_condition_that_the_server_chooses() {
    let mut pair = pair().await;
    for condition in [AmqpError::PreconditionFailed, AmqpError::NotFound] {
        let no_target = |attach: &mut Attach| attach.target = None;
        let attaching = pair.client.sender("").attach_with(no_target).attach();
        let refusing = async {
            let Some(PeerRequest::Receiver(link)) = pair.server.next().await.unwrap() else {
                panic!()
            };
            assert_eq!(link.target(), None);
            link.refuse(Error::new(condition, "every message needs a node"));
        };
        let (attached, ()) = tokio::join!(soon(attaching), refusing);
        let error = attached.unwrap_err();
        let remote = error.ended().unwrap().remote().unwrap().clone();
        assert_eq!(remote, Error::new(condition, "every message needs a node"));
    }
    assert_all_empty(&pair.client, pair.server.connection()).await;
}

#[tokio::test]
async fn while_a_service_takes_nothing_its_credit_stays_and_control_frames_are_answered() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let builder = session.sender("queue");
    let (sender, receiver) = pair.client_sends_with(builder, Credit::Auto(3)).await;
    settle().await;
    for _ in 0..3 {
        sender.send_settled("m").await.unwrap();
    }
    assert!(sender.try_submit("m").is_err());
    // The connection is served all the same.
    soon(pair.client.session()).await.unwrap();
    let builder = session.sender("other");
    let (other, other_receiver) = soon(pair.client_sends_with(builder, Credit::Auto(3))).await;
    soon(other.send_settled("m")).await.unwrap();
    soon(other.close()).await.unwrap();
    drop(other_receiver);
    assert!(sender.try_submit("m").is_err(), "the credit has not been touched");
    for _ in 0..3 {
        assert!(soon(receiver.recv()).await.unwrap().is_some());
    }
    soon(sender.send_settled("m")).await.unwrap();
}

/// Requests a link on which the server receives, as a script.
async fn request(served: &mut Served, script: &mut Script) -> PeerRequest {
    script.send(&begin(None), b"").await;
    assert!(matches!(script.next().await, Performative::Begin(_)));
    let mut attach = Attach::new("theirs", Handle(0), Role::Sender);
    attach.source = Some(Source::default().into());
    attach.target = Some(Target::new("queue").into());
    attach.initial_delivery_count = Some(SequenceNo(0));
    script.send(&attach, b"").await;
    served.next().await.unwrap().unwrap()
}

#[tokio::test]
async fn a_decision_about_a_link_whose_connection_was_lost_is_an_error_and_leaves_nothing() {
    for refuses in [false, true] {
        let (mut served, mut script) = Script::client().await;
        let PeerRequest::Receiver(link) = request(&mut served, &mut script).await else { panic!() };
        drop(script);
        settle().await;
        if refuses {
            link.refuse(Error::new(AmqpError::NotFound, "too late"));
        } else {
            let error = link.accept(Target::new("queue"), Credit::default()).unwrap_err();
            assert_eq!(error.scope(), Scope::Connection, "{error}");
        }
        assert_eq!(served.next().await.unwrap_err().scope(), Scope::Connection);
        let connection = served.connection().clone();
        assert_all_empty(&connection, &connection).await;
        drop((served, connection));
        settle().await;
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
    }
}

#[tokio::test]
async fn a_link_that_ends_before_the_decision_is_never_requested_and_cannot_be_accepted() {
    let mut pair = pair().await;
    let mut attaching = Box::pin(pair.client.sender("queue").attach());
    assert!(poll_times(1, &mut attaching).await.is_none());
    settle().await;
    let Some(PeerRequest::Receiver(link)) = soon(pair.server.next()).await.unwrap() else {
        panic!()
    };
    drop(attaching);
    settle().await;
    assert!(link.accept(Target::new("queue"), Credit::default()).is_err());
    // One that nobody has seen yet.
    let mut attaching = Box::pin(pair.client.sender("queue").attach());
    assert!(poll_times(1, &mut attaching).await.is_none());
    settle().await;
    drop(attaching);
    settle().await;
    assert!(poll_times(3, pair.server.next()).await.is_none());
    assert_all_empty(&pair.client, pair.server.connection()).await;
}

#[tokio::test]
async fn accepting_can_be_dropped_at_any_time_without_losing_a_connection() {
    let (mut listener, address) = listen().await;
    let clients: Vec<_> = (0..20).map(|_| tokio::spawn(connect(address))).collect();
    let mut served = Vec::new();
    let accepting = async {
        for polls in (0..4).cycle() {
            if let Some(incoming) = poll_times(polls, listener.accept()).await {
                served.push(incoming.unwrap().accept().unwrap());
            }
            if served.len() == clients.len() {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    soon(accepting).await;
    for client in clients {
        soon(client).await.unwrap();
    }
}

#[tokio::test]
async fn a_listener_that_is_dropped_ends_what_is_pending_and_nothing_else() {
    let (mut listener, address) = listen().await;
    let (client, incoming) = tokio::join!(connect(address), async {
        listener.accept().await.unwrap().accept().unwrap()
    });
    let mut pair = crate::common::Pair { client, server: incoming };
    // One that has sent half a header, and one that is about to be authenticated.
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"AMQP").await.unwrap();
    let mut begun = TcpStream::connect(address).await.unwrap();
    begun.write_all(b"AMQP\x03\x01\0\0").await.unwrap();
    let mut header = [0; 8];
    let reading = async { soon(begun.read_exact(&mut header)).await.unwrap() };
    tokio::select! {
        _ = reading => {}
        _ = listener.accept() => panic!("nobody has opened a connection"),
    }
    drop(listener);
    for stream in [&mut half, &mut begun] {
        let mut rest = Vec::new();
        // It may be reset, since something was unread.
        let _ = soon(stream.read_to_end(&mut rest)).await;
        assert!(soon(stream.read(&mut [0])).await.is_ok_and(|read| read == 0));
    }
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens");
    let (sender, receiver): (_, Receiver) = soon(pair.client_sends(Credit::default())).await;
    sender.send_settled("m").await.unwrap();
    assert!(soon(receiver.recv()).await.unwrap().is_some());
}

#[tokio::test]
async fn links_are_refused_when_nobody_serves_them() {
    let pair = pair().await;
    let connection = pair.server.connection().clone();
    let mut asked = Box::pin(pair.client.sender("queue").attach());
    assert!(poll_times(1, &mut asked).await.is_none());
    settle().await;
    drop(pair.server);
    assert!(soon(asked).await.is_err());
    assert!(soon(pair.client.sender("queue").attach()).await.is_err());
    connection.close().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_does_not_fit_refuses_the_link() {
    let mut pair =
        crate::common::pair_with(settings("client").max_frame_size(512), settings("server")).await;
    let accepting = async {
        let Some(PeerRequest::Receiver(link)) = pair.server.next().await.unwrap() else { panic!() };
        assert!(link.accept(Target::new("x".repeat(600)), Credit::default()).is_err());
    };
    let attaching = pair.client.sender("queue").attach();
    let (attached, ()) = tokio::join!(soon(attaching), accepting);
    assert!(attached.is_err());
}

#[tokio::test]
async fn the_answer_to_a_link_can_be_changed() {
    let mut pair = pair().await;
    let attaching = pair.client.sender("queue").attach();
    let accepting = async {
        let Some(PeerRequest::Receiver(link)) = pair.server.next().await.unwrap() else { panic!() };
        let link = link.answer_with(|answer| answer.max_message_size = Some(77));
        link.accept(Target::new("other"), Credit::default()).unwrap()
    };
    let (sender, _receiver) = tokio::join!(soon(attaching), accepting);
    let sender = sender.unwrap();
    assert_eq!(sender.remote_attach().max_message_size, Some(77));
    assert_eq!(sender.target().unwrap().address.as_deref(), Some("other"));
}

#[tokio::test]
async fn a_connection_that_is_aborted_is_lost_for_the_peer() {
    let pair = pair().await;
    pair.server.connection().clone().abort();
    assert_eq!(soon(pair.client.closed()).await.remote(), None);
    assert_eq!(soon(pair.server.connection().closed()).await.scope(), Scope::Connection);
}

#[tokio::test]
async fn a_pending_client_that_is_evicted_is_dropped_at_once() {
    let (mut listener, address) = listen().await;
    listener.set_max_pending(1);
    let outcomes = tokio::spawn(async move {
        let plain = |stream, _| stream;
        let evicted = listener.accept_outcome(plain).await.unwrap();
        let gone = listener.accept_outcome(plain).await.unwrap();
        (evicted.map(drop), gone.map(drop))
    });
    // Each is asked for its open.
    let mut header = [0; 8];
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(b"AMQP\0\x01\0\0").await.unwrap();
    soon(first.read_exact(&mut header)).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(b"AMQP\0\x01\0\0").await.unwrap();
    soon(second.read_exact(&mut header)).await.unwrap();
    // An orderly end would wait for two seconds.
    let mut rest = Vec::new();
    let end = timeout(Duration::from_secs(1), first.read_to_end(&mut rest)).await.unwrap();
    assert!(end.is_err() || rest.is_empty(), "{end:?} after {rest:02x?}");
    let peers = [first.local_addr().unwrap(), second.local_addr().unwrap()];
    drop((first, second));
    let (evicted, gone) = soon(outcomes).await.unwrap();
    let (evicted, gone) = (evicted.unwrap_err(), gone.unwrap_err());
    assert!(matches!(evicted, AcceptError::Evicted { .. }), "{evicted:?}");
    assert!(matches!(gone, AcceptError::Failed { .. }), "{gone:?}");
    assert_eq!([evicted.peer(), gone.peer()], peers.map(Some));
    assert!(evicted.to_string().starts_with(&format!("{}: dropped", peers[0])), "{evicted}");
    assert!(gone.to_string().starts_with(&format!("{}: ", peers[1])), "{gone}");
}

#[tokio::test]
async fn a_listener_puts_a_stream_of_the_users_around_that_of_tcp() {
    let (mut listener, address) = listen().await;
    let (client, served) = tokio::join!(connect(address), async {
        let buffered = |stream, _| tokio::io::BufStream::new(stream);
        listener.accept_with(buffered).await.unwrap().accept().unwrap()
    });
    let mut pair = crate::common::Pair { client, server: served };
    let (sender, receiver) = soon(pair.client_sends(Credit::default())).await;
    sender.send_settled("m").await.unwrap();
    assert!(soon(receiver.recv()).await.unwrap().is_some());
}

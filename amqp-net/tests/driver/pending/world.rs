//! A client whose peer is a script, with one of each thing that can be waited on.

use std::sync::Arc;

use amqp_net::{Connection, Credit, Delivery, Receiver, Requester, Sender, Session};
use amqp_types::transport::{
    Attach, Close, DeliveryNumber, DeliveryTag, Detach, End, Flow, Handle, Performative,
    ReceiverSettleMode, Role, Transfer,
};

use crate::common::fault::Control;
use crate::common::script::{Script, begin, credit};
use crate::common::settle;

/// A client whose peer is a script. All links are in one session.
pub(crate) struct World {
    pub(crate) client: Connection,
    pub(crate) script: Option<Script>,
    pub(crate) control: Control,
    pub(crate) session: Session,
    pub(crate) sender: Sender,
    /// `None` after it has been taken.
    pub(crate) receiver: Option<Arc<Receiver>>,
    /// A delivery that is not settled.
    pub(crate) delivery: Option<Delivery>,
    pub(crate) requester: Arc<Requester>,
}

/// The handles of the links, on both sides.
pub(crate) const SENDER: u32 = 0;
pub(crate) const RECEIVER: u32 = 1;
pub(crate) const HANDLES: u32 = 4;

async fn next_attach(script: &mut Script) -> Attach {
    script
        .until(|frame| match frame {
            Performative::Attach(attach) => Some(attach),
            _ => None,
        })
        .await
}

impl World {
    pub(crate) async fn new() -> Self {
        let (client, mut script, control) = Script::faulty_server().await;
        let (session, ()) = tokio::join!(client.session(), async {
            assert!(matches!(script.next().await, Performative::Begin(_)));
            script.send(&begin(Some(0)), b"").await;
        });
        let session = session.unwrap();
        let (sender, ()) = tokio::join!(session.sender("queue").attach(), async {
            let attach = next_attach(&mut script).await;
            script.answer_attach(attach, SENDER, |_| {}).await;
        });
        let builder = session.receiver("queue").credit(Credit::Manual);
        let builder = builder.receiver_settle_mode(ReceiverSettleMode::Second);
        let (receiver, ()) = tokio::join!(builder.attach(), async {
            let attach = next_attach(&mut script).await;
            script.answer_attach(attach, RECEIVER, |_| {}).await;
        });
        let builder = session.requester("service").reply_to("responses");
        let (requester, ()) = tokio::join!(builder.attach(), async {
            for handle in RECEIVER + 1..HANDLES {
                let attach = next_attach(&mut script).await;
                let is_sender = attach.role == Role::Sender;
                script.answer_attach(attach, handle, |_| {}).await;
                if is_sender {
                    let flow = Flow { handle: Some(Handle(handle)), ..credit(10) };
                    script.send(&flow, b"").await;
                }
            }
        });
        let receiver = receiver.unwrap();
        receiver.grant(10).unwrap();
        let is_flow = |frame| match frame {
            Performative::Flow(flow) => flow.handle.filter(|handle| *handle == Handle(RECEIVER)),
            _ => None,
        };
        script.until(is_flow).await;
        let transfer = Transfer {
            handle: Handle(RECEIVER),
            delivery_id: Some(DeliveryNumber(0)),
            delivery_tag: Some(DeliveryTag::from([1])),
            ..Transfer::default()
        };
        script.send(&transfer, b"\0\x53\x77\x40").await;
        let delivery = receiver.recv().await.unwrap();
        settle().await;
        Self {
            client,
            script: Some(script),
            control,
            session,
            sender: sender.unwrap(),
            receiver: Some(Arc::new(receiver)),
            delivery,
            requester: Arc::new(requester.unwrap()),
        }
    }

    pub(crate) fn script(&mut self) -> &mut Script {
        self.script.as_mut().unwrap()
    }

    /// Takes the receiver, of which nothing else is held.
    pub(crate) fn take_receiver(&mut self) -> Receiver {
        Arc::into_inner(self.receiver.take().unwrap()).unwrap()
    }

    /// Answers the detach of the sender.
    pub(crate) async fn answer_sender(&mut self) {
        let script = self.script();
        let detach = script
            .until(|frame| match frame {
                Performative::Detach(detach) => {
                    Some(detach).filter(|it| it.handle == Handle(SENDER))
                }
                _ => None,
            })
            .await;
        script.send(&Detach { error: None, ..detach }, b"").await;
    }

    /// Answers the next close.
    pub(crate) async fn answer_close(&mut self) {
        let script = self.script();
        script.until(|frame| matches!(frame, Performative::Close(_)).then_some(())).await;
        script.send(&Close::default(), b"").await;
    }

    /// Drops everything, closes the connection, and answers until it is closed.
    pub(crate) async fn close(self) {
        let Self { client, script, session, sender, receiver, delivery, requester, .. } = self;
        drop((session, sender, receiver, delivery, requester));
        let ended = tokio::spawn(client.close());
        let Some(mut script) = script else {
            let _ = ended.await.unwrap();
            return;
        };
        settle().await;
        while !ended.is_finished() {
            match script.next().await {
                Performative::Detach(detach) => {
                    script.send(&Detach { error: None, ..detach }, b"").await;
                }
                Performative::End(_) => script.send(&End::default(), b"").await,
                Performative::Close(_) => script.send(&Close::default(), b"").await,
                _ => {}
            }
            settle().await;
        }
    }
}

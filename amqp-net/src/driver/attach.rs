//! Attaching links.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use amqp_types::Symbol;
use amqp_types::messaging::{Source, SourceArchetype, TargetArchetype, TerminusDurability};
use amqp_types::transport::{Attach, Error, Handle, ReceiverSettleMode, Role, SenderSettleMode};

use super::credit::Credit;
use super::ended::{EndReason, Ended};
use super::handles::{ConnectionHandle, LinkHandle, SessionHandle, WhenDropped};
use super::link_error::{AttachError, BeginError};
use super::state::{LinkState, Receiving, Sending};
use crate::proto::{self, LinkEnd, SessionSettings};

/// The endpoint in which a link is attached.
#[derive(Clone, Debug)]
pub(super) enum Parent {
    /// The link has a session of its own.
    Connection(Arc<ConnectionHandle>),
    /// The link shares this session with others.
    Session(Arc<SessionHandle>),
}

impl Parent {
    /// Returns the session, which is begun if the link is to have its own. The answer is not awaited.
    pub(super) fn session(self) -> Result<Arc<SessionHandle>, BeginError> {
        match self {
            Self::Connection(connection) => begin(connection, SessionSettings::default()),
            Self::Session(session) => Ok(session),
        }
    }
}

/// What the builders of senders and receivers share.
#[derive(Clone, Debug)]
pub(super) struct LinkBuilder {
    parent: Parent,
    pub(super) attach: Attach,
    pub(super) sender_mode: Option<SenderSettleMode>,
    pub(super) receiver_mode: Option<ReceiverSettleMode>,
    pub(super) accepts_other_mode: bool,
}

impl LinkBuilder {
    pub(super) fn new(parent: Parent, role: Role) -> Self {
        // The name has to be unique among the links between both containers.
        let attach = Attach::new(random_name(), Handle(0), role);
        Self { parent, attach, sender_mode: None, receiver_mode: None, accepts_other_mode: false }
    }

    /// Creates what attaches a link of the peer again, which was answered with this attach.
    pub(super) const fn again(session: Arc<SessionHandle>, answer: Attach) -> Self {
        Self {
            parent: Parent::Session(session),
            attach: answer,
            sender_mode: None,
            receiver_mode: None,
            accepts_other_mode: true,
        }
    }

    /// Attaches the link, and waits for the answer.
    pub(super) async fn attach(
        mut self,
        end: impl Into<LinkState>,
    ) -> Result<(Arc<LinkHandle>, Arc<Attach>), AttachError> {
        if let Some(mode) = self.sender_mode {
            self.attach.snd_settle_mode = mode;
        }
        if let Some(mode) = self.receiver_mode {
            self.attach.rcv_settle_mode = mode;
        }
        let session = self.parent.session()?;
        let core = Arc::clone(&session.connection.core);
        let attached = core.with(|state| {
            state.attach(session.id, self.attach, end).map_err(|error| match error {
                proto::AttachError::NotFound => {
                    state.session_gone(session.id).map_or(error.into(), AttachError::Ended)
                }
                other => other.into(),
            })
        });
        let id = attached?;
        let link = Arc::new(LinkHandle { session, id });
        let peer = link.attached().await?;
        if !self.accepts_other_mode {
            check_modes(self.sender_mode, self.receiver_mode, &peer)?;
        }
        Ok((link, peer))
    }

    /// Closes a link at once that was attached in this way, and waits until the peer has agreed. If the peer has only
    /// suspended it, a durable terminus would stay: then the link is attached again to be closed (section 2.6.6).
    pub(super) fn close(
        self,
        link: Arc<LinkHandle>,
        error: Option<Error>,
    ) -> impl Future<Output = Result<(), Ended>> + Send {
        let again = self.asks_for_durable_terminus().then(|| error.clone());
        let closing = Arc::clone(&link).detach(true, error);
        async move {
            let ended = closing.await;
            if let Some(error) = again
                && is_suspended(&ended)
                && self.close_again(&link, error).await.is_ok()
            {
                return Ok(());
            }
            ended.into_result()
        }
    }

    /// Returns whether the terminus of the peer was asked to stay when the link is suspended.
    fn asks_for_durable_terminus(&self) -> bool {
        let durable = match (self.attach.role, &self.attach.source, &self.attach.target) {
            (Role::Sender, _, Some(TargetArchetype::Target(target))) => target.durable,
            (Role::Receiver, Some(SourceArchetype::Source(source)), _) => source.durable,
            _ => TerminusDurability::None,
        };
        durable != TerminusDurability::None
    }

    /// Attaches a link again in its session, and closes it.
    async fn close_again(
        mut self,
        link: &LinkHandle,
        error: Option<Error>,
    ) -> Result<(), AttachError> {
        self.parent = Parent::Session(Arc::clone(&link.session));
        self.accepts_other_mode = true;
        let end = match self.attach.role {
            Role::Sender => LinkState::from(Sending::default()),
            // Without credit nothing is received.
            Role::Receiver => LinkState::from(Receiving::new(Credit::Manual, false)),
        };
        let (link, _) = self.attach(end).await?;
        Ok(link.detach(true, error).await.into_result()?)
    }
}

/// Returns whether the peer has suspended a link, without an error.
fn is_suspended(ended: &Ended) -> bool {
    matches!(
        ended.reason(),
        EndReason::Link(
            LinkEnd::Detached { closed: false }
                | LinkEnd::DetachedByPeer { closed: false, error: None }
        )
    )
}

/// Begins a session, without waiting for the answer.
pub(super) fn begin(
    connection: Arc<ConnectionHandle>,
    settings: SessionSettings,
) -> Result<Arc<SessionHandle>, BeginError> {
    let begun = connection.core.with(|state| match state.ended() {
        Some(ended) => Err(BeginError::from(ended.clone())),
        None => state.begin(settings).map_err(|error| match error {
            proto::BeginError::NotOpen => BeginError::Ended(state.unusable()),
            other => BeginError::NotSent(other),
        }),
    });
    Ok(Arc::new(SessionHandle { id: begun?, connection, when_dropped: WhenDropped::End }))
}

fn check_modes(
    sender: Option<SenderSettleMode>,
    receiver: Option<ReceiverSettleMode>,
    peer: &Attach,
) -> Result<(), AttachError> {
    let granted = peer.snd_settle_mode;
    if let Some(wanted) = sender.filter(|wanted| *wanted != granted)
        && wanted != SenderSettleMode::Mixed
    {
        return Err(AttachError::OtherSenderMode { wanted, granted });
    }
    let granted = peer.rcv_settle_mode;
    match receiver.filter(|wanted| *wanted != granted) {
        Some(wanted) => Err(AttachError::OtherReceiverMode { wanted, granted }),
        None => Ok(()),
    }
}

/// Checks that the peer has taken over the filters that it was asked for.
pub(super) fn check_filters(asked: &Source, peer: &Attach) -> Result<(), AttachError> {
    let Some(asked) = &asked.filter else { return Ok(()) };
    let granted = match &peer.source {
        Some(SourceArchetype::Source(source)) => source.filter.as_ref(),
        _ => None,
    };
    let is_granted = |name: &Symbol| granted.is_some_and(|granted| granted.get(name).is_some());
    let missing = asked.iter().map(|(name, _)| name).filter(|name| !is_granted(name));
    let missing: Vec<_> = missing.cloned().collect();
    if missing.is_empty() { Ok(()) } else { Err(AttachError::MissingFilters(missing)) }
}

/// Returns a name that no other process and no other call has.
pub(super) fn random_name() -> String {
    // Each state has new keys.
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

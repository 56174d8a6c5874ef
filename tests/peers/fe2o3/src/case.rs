//! A case and its connection, and how they end.

use std::fmt::{self, Debug, Display};

use fe2o3_amqp::connection::{ConnectionHandle, ConnectionStopReason, OpenError};
use fe2o3_amqp::link::{
    DetachError, LinkStateError, ReceiverAttachError, RecvError, SendError, SenderAttachError,
    SessionStopReason,
};
use fe2o3_amqp::sasl_profile::SaslProfile;
use fe2o3_amqp::session::SessionHandle;
use fe2o3_amqp::{Connection, Receiver, Sender, Session, connection, link};
use fe2o3_amqp_types::definitions;
use serde_amqp::primitives::Symbol;

use crate::messages::show_error;

pub struct Case {
    pub name: String,
    address: String,
    pub connection: Option<ConnectionHandle<()>>,
    pub session: Option<SessionHandle<()>>,
}

/// What a client says about its connection.
pub struct Options {
    pub sasl: SaslProfile,
    pub max_frame_size: Option<u32>,
    pub idle_time_out: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self { sasl: SaslProfile::Anonymous, max_frame_size: None, idle_time_out: None }
    }
}

impl Case {
    pub fn new(name: &str, address: &str) -> Self {
        let (name, address) = (name.to_owned(), address.to_owned());
        Self { name, address, connection: None, session: None }
    }

    pub fn see(&self, what: impl Display) {
        println!("{}: {what}", self.name);
    }

    /// Returns the name of the node, which begins the name of the case.
    pub fn node(&self) -> String {
        self.name.split('-').next().unwrap_or_default().to_owned()
    }

    pub async fn open(&mut self, options: Options) -> Result<(), End> {
        let properties = [(Symbol::from("product"), "fe2o3-amqp".into())];
        let mut builder = Connection::builder()
            .container_id(self.name.as_str())
            .sasl_profile(options.sasl)
            .properties(properties.into_iter().collect());
        if let Some(size) = options.max_frame_size {
            builder = builder.max_frame_size(size);
        }
        if let Some(silence) = options.idle_time_out {
            builder = builder.idle_time_out(silence);
        }
        let url = format!("amqp://{}", self.address);
        self.connection = Some(builder.open(url.as_str()).await?);
        Ok(())
    }

    pub async fn connect(&mut self, options: Options) -> Result<&mut SessionHandle<()>, End> {
        self.open(options).await?;
        let connection = self.connection.as_mut().expect("it has been opened");
        let session = Session::begin(connection).await.map_err(End::other)?;
        Ok(self.session.insert(session))
    }

    pub async fn sender(&mut self, node: &str) -> Result<Sender, End> {
        let session = self.connect(Options::default()).await?;
        Ok(Sender::attach(session, "sender", node).await?)
    }

    pub async fn receiver(&mut self, node: &str) -> Result<Receiver, End> {
        let session = self.connect(Options::default()).await?;
        Ok(Receiver::attach(session, "receiver", node).await?)
    }

    /// Waits until the server closes the connection.
    pub async fn closed(&mut self) -> End {
        let connection = self.connection.as_mut().expect("it has been opened");
        match connection.on_close().await {
            Err(connection::Error::RemoteClosedWithError(error)) => End::Remote(error),
            other => End::other(other),
        }
    }

    /// The case has said how the connection ended, if it did.
    pub async fn close(mut self) {
        if let Some(session) = &mut self.session {
            let _ = session.end().await;
        }
        if let Some(connection) = &mut self.connection {
            let _ = connection.close().await;
        }
    }
}

/// Why a case has ended.
pub enum End {
    /// What the server has said.
    Remote(definitions::Error),
    Other(String),
}

impl End {
    pub fn other(why: impl Debug) -> Self {
        Self::Other(format!("lost: {why:?}"))
    }
}

impl Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remote(error) => f.write_str(&show_error(error)),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl From<OpenError> for End {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::RemoteClosedWithError(error) => Self::Remote(error),
            other => Self::other(other),
        }
    }
}

impl From<SessionStopReason> for End {
    fn from(reason: SessionStopReason) -> Self {
        match reason {
            SessionStopReason::ConnectionStopped(ConnectionStopReason::RemoteClosedWithError(
                error,
            )) => Self::Remote(error),
            other => Self::other(other),
        }
    }
}

impl From<LinkStateError> for End {
    fn from(error: LinkStateError) -> Self {
        match error {
            LinkStateError::RemoteClosedWithError(error) => Self::Remote(error),
            LinkStateError::SessionStopped(reason) => reason.into(),
            other => Self::other(other),
        }
    }
}

impl From<SendError> for End {
    fn from(error: SendError) -> Self {
        match error {
            SendError::LinkStateError(error) => error.into(),
            SendError::Detached(DetachError::RemoteClosedWithError(error)) => Self::Remote(error),
            SendError::Detached(DetachError::SessionStopped(reason)) => reason.into(),
            other => Self::other(other),
        }
    }
}

impl From<RecvError> for End {
    fn from(error: RecvError) -> Self {
        match error {
            RecvError::LinkStateError(error) => error.into(),
            other => Self::other(other),
        }
    }
}

impl From<SenderAttachError> for End {
    fn from(error: SenderAttachError) -> Self {
        match error {
            SenderAttachError::RemoteClosedWithError(error) => Self::Remote(error),
            other => Self::other(other),
        }
    }
}

impl From<ReceiverAttachError> for End {
    fn from(error: ReceiverAttachError) -> Self {
        match error {
            ReceiverAttachError::RemoteClosedWithError(error) => Self::Remote(error),
            other => Self::other(other),
        }
    }
}

impl From<link::DispositionError> for End {
    fn from(error: link::DispositionError) -> Self {
        Self::other(error)
    }
}

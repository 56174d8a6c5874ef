//! Requests to the management of RabbitMQ.

use amqp_types::messaging::{Body, EncodedMessage, Message, Properties};
use amqp_types::{ByteString, Encode, List};

use super::address::{exchange, queue};
use super::binding::{Binding, Bound};
use super::exchange_settings::ExchangeSettings;
use super::management_error::ManagementError;
use super::queue_info::{QueueInfo, Removed};
use super::queue_settings::QueueSettings;
use crate::{AttachError, Connection, Ended, Requester};

/// The management of RabbitMQ: declares and deletes queues, exchanges and bindings.
///
/// Any number of tasks can make requests at once. They have no time limit of their own: RabbitMQ may take 30 seconds,
/// for example without a quorum of its nodes.
///
/// Names may have any characters. For the names `.` and `..`, and for arguments of types that AMQP 0-9-1 does not have,
/// such as `char`, RabbitMQ fails and ends the session. [`open`](Self::open) another management then.
#[derive(Clone, Debug)]
pub struct Management {
    requester: Requester,
}

impl Management {
    /// Opens the management of the virtual host of a connection, in a session of its own: RabbitMQ ends the session
    /// for some errors.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the peer refuses, for example because it is not RabbitMQ 4.
    pub async fn open(connection: &Connection) -> Result<Self, AttachError> {
        let requester = connection.requester("/management").paired().await?;
        Ok(Self { requester })
    }

    /// Declares a queue: it is created, unless it exists with these settings.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] with the status 409 if the queue exists with other settings, 403 if this
    /// user may not create it or the name begins with `amq.`, and 400 if the settings are not valid.
    pub async fn declare_queue(
        &self,
        settings: &QueueSettings,
    ) -> Result<QueueInfo, ManagementError> {
        let path = queue(&settings.name).to_string();
        let response = self.request("PUT", path, &settings.body).await?;
        Ok(response.body().to_value::<QueueInfo>()?)
    }

    /// Returns the state of a queue, such as the number of its messages.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] with the status 404 if there is no such queue.
    pub async fn queue_info(&self, name: &str) -> Result<QueueInfo, ManagementError> {
        let response = self.request("GET", queue(name).to_string(), &()).await?;
        Ok(response.body().to_value::<QueueInfo>()?)
    }

    /// Removes the messages of a queue that are ready to be delivered, and returns their number. Streams cannot be
    /// purged.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] with the status 404 or, by older versions, 400 if there is no such queue,
    /// and 400 if it cannot be purged.
    pub async fn purge_queue(&self, name: &str) -> Result<u64, ManagementError> {
        self.remove(format!("{}/messages", queue(name))).await
    }

    /// Deletes a queue with its messages, and returns their number. It is 0 if there is no such queue.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] if this user may not delete the queue, or it is used exclusively by
    /// another connection.
    pub async fn delete_queue(&self, name: &str) -> Result<u64, ManagementError> {
        self.remove(queue(name).to_string()).await
    }

    async fn remove(&self, path: String) -> Result<u64, ManagementError> {
        let response = self.request("DELETE", path, &()).await?;
        Ok(response.body().to_value::<Removed>()?.message_count)
    }

    /// Declares an exchange: it is created, unless it exists with these settings.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] with the status 409 if the exchange exists with other settings, 403 if
    /// this user may not create it or the name begins with `amq.`, and 400 if there is no such type.
    pub async fn declare_exchange(
        &self,
        settings: &ExchangeSettings,
    ) -> Result<(), ManagementError> {
        let path = exchange(&settings.name).to_string();
        self.request("PUT", path, &settings.body).await.map(drop)
    }

    /// Deletes an exchange with its bindings. It succeeds also if there is no such exchange.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] with the status 403 if this user may not delete the exchange, or its name
    /// begins with `amq.`.
    pub async fn delete_exchange(&self, name: &str) -> Result<(), ManagementError> {
        self.request("DELETE", exchange(name).to_string(), &()).await.map(drop)
    }

    /// Binds a queue or an exchange to an exchange. It succeeds also if the binding exists.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] with the status 400 if the exchange or the destination does not exist, and
    /// 403 if this user may not bind them.
    pub async fn bind(&self, binding: &Binding) -> Result<(), ManagementError> {
        self.request("POST", "/bindings".to_owned(), &binding.body).await.map(drop)
    }

    /// Removes a binding: the one with the same key and the same arguments. It succeeds also if there is none.
    ///
    /// # Errors
    ///
    /// Returns [`ManagementError::Refused`] with the status 403 if this user may not remove the binding.
    pub async fn unbind(&self, binding: &Binding) -> Result<(), ManagementError> {
        let path = match binding.path() {
            Some(path) => path,
            None => {
                let response = self.request("GET", binding.path_of_all(), &()).await?;
                let bindings = response.body().to_value::<List<Bound>>()?;
                match bindings.iter().find(|bound| binding.has_arguments_of(bound)) {
                    Some(bound) => bound.location.to_string(),
                    None => return Ok(()),
                }
            }
        };
        self.request("DELETE", path, &()).await.map(drop)
    }

    /// Closes the links of the management, and waits until RabbitMQ has agreed.
    ///
    /// # Errors
    ///
    /// Returns why a link ended if it was not this call that ended it.
    pub async fn close(self) -> Result<(), Ended> {
        self.requester.close().await
    }

    /// Makes a request of HTTP in the form of a message, and returns the response if the status is that of success.
    async fn request<B: Encode + Sync>(
        &self,
        method: &'static str,
        path: String,
        body: &B,
    ) -> Result<EncodedMessage, ManagementError> {
        let properties = Properties {
            to: Some(path.into()),
            subject: Some(ByteString::from_static(method)),
            ..Properties::default()
        };
        let body = Body::value(body);
        let request = Message { properties: Some(properties), body, ..Message::default() };
        let response = self.requester.request(&request).await?;
        let properties = response.view().properties()?;
        let status = properties.and_then(|properties| properties.subject?.parse().ok());
        match status.ok_or(ManagementError::NoStatus)? {
            200..=299 => Ok(response),
            status => {
                // Without a text, the status has to suffice.
                let reason = response.body().to_value::<&str>().unwrap_or_default().to_owned();
                Err(ManagementError::Refused { status, reason })
            }
        }
    }
}

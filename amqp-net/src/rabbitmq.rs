//! Addresses of RabbitMQ 4, and the management of its queues, exchanges and bindings.
//!
//! RabbitMQ creates no queue when a link is attached. [`Management`] creates it, over the same connection:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use amqp_net::Connection;
//! use amqp_net::rabbitmq::{Binding, ExchangeSettings, Management, QueueSettings};
//! use amqp_net::rabbitmq::{exchange, queue};
//!
//! let connection = Connection::connect("amqp://guest:guest@localhost:5672").await?;
//! let management = Management::open(&connection).await?;
//! management.declare_queue(&QueueSettings::quorum("orders")).await?;
//! management.declare_exchange(&ExchangeSettings::topic("events")).await?;
//! management.bind(&Binding::to_queue("events", "orders").key("order.*")).await?;
//!
//! let sender = connection.sender(exchange("events").key("order.new")).await?;
//! sender.send("tea").await?;
//! let receiver = connection.receiver(queue("orders")).await?;
//! # Ok(())
//! # }
//! ```

mod address;
mod binding;
mod exchange_settings;
mod management;
mod management_error;
mod queue_info;
mod queue_settings;

pub use self::address::{ExchangeAddress, QueueAddress, exchange, queue};
pub use self::binding::Binding;
pub use self::exchange_settings::ExchangeSettings;
pub use self::management::Management;
pub use self::management_error::ManagementError;
pub use self::queue_info::QueueInfo;
pub use self::queue_settings::QueueSettings;

use amqp_types::{ByteString, Map, Value};

/// Optional arguments, by their names.
type Arguments = Map<ByteString, Value>;

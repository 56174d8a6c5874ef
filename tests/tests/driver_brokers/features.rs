//! What not every broker has: it does it, or it says that it does not.

use std::sync::Arc;

use amqp_net::{AttachError, Credit, Scope};
use amqp_types::Symbol;
use amqp_types::extension::filter::SelectorFilter;
use amqp_types::messaging::{ApplicationProperties, Body, FilterSet, Message, Source};
use amqp_types::transaction::Coordinator;
use amqp_types::transport::Attach;

use crate::broker::{Broker, assert_quiet, receive, soon};
use crate::kind::Selectors;

pub(crate) async fn a_selector(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "selector", Credit::Manual).await;
    receiver.close().await.unwrap();
    let name = Symbol::from_static("selector");
    let mut filter = FilterSet::default();
    filter.set(name.clone(), &SelectorFilter("colour = 'red'".into())).unwrap();
    let address = broker.address("selector");
    let source = Source { filter: Some(filter), ..Source::new(address.clone()) };
    let attached = soon(connection.receiver(source).attach()).await;
    if broker.kind.selectors == Selectors::LeftOut {
        // As the standard says (3.5.3). Nobody gets what was not wanted, because the attach fails.
        assert_eq!(attached.unwrap_err(), AttachError::MissingFilters(vec![name]));
        connection.close().await.unwrap();
        return;
    }
    let receiver = attached.unwrap();
    for colour in ["blue", "red"] {
        let properties = [("colour".into(), colour.into())].into_iter().collect();
        let message = Message {
            application_properties: Some(ApplicationProperties(properties)),
            body: Body::value(colour),
            ..Message::default()
        };
        soon(sender.send(&message)).await.unwrap();
    }
    let delivery = receive(&receiver).await;
    if broker.kind.selectors == Selectors::Claimed {
        assert_eq!(delivery.decode::<&str>().unwrap(), "blue");
        connection.close().await.unwrap();
        return;
    }
    assert_eq!(delivery.decode::<&str>().unwrap(), "red");
    delivery.accept().unwrap();
    assert_quiet(&receiver).await;
    receiver.close().await.unwrap();
    // The other one is still there.
    let receiver = connection.receiver(address).await.unwrap();
    let delivery = receive(&receiver).await;
    assert_eq!(delivery.decode::<&str>().unwrap(), "blue");
    delivery.accept().unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn transactions(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let coordinator = |attach: &mut Attach| attach.target = Some(Coordinator::default().into());
    let attached = soon(connection.sender("").attach_with(coordinator).attach()).await;
    match broker.kind.refuses_transactions {
        None => attached.unwrap().close().await.unwrap(),
        Some((scope, words)) => {
            let error = attached.unwrap_err();
            assert_eq!(error.ended().unwrap().scope(), scope);
            assert!(error.to_string().contains(words), "{error}");
            if scope == Scope::Connection {
                return;
            }
        }
    }
    // Other links go on.
    let (sender, _receiver) = broker.links(&connection, "no-coordinator", Credit::Auto(1)).await;
    soon(sender.send("m")).await.unwrap();
    connection.close().await.unwrap();
}

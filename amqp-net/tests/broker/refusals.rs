//! What the broker does not have: it is refused, or left out of the answer.

use amqp_net::{AttachError, Credit};
use amqp_types::extension::filter::SelectorFilter;
use amqp_types::messaging::{FilterSet, Source, Target, TerminusDurability, TerminusExpiryPolicy};
use amqp_types::transaction::Coordinator;
use amqp_types::transport::{AmqpError, Attach, Seconds};
use amqp_types::{Multiple, Symbol};

use crate::common::{refusal, soon, start};

#[tokio::test]
async fn a_coordinator_of_transactions_is_refused() {
    let (_broker, client) = start().await;
    let coordinator = |attach: &mut Attach| attach.target = Some(Coordinator::default().into());
    let error = refusal(soon(client.sender("").attach_with(coordinator).attach()).await);
    assert_eq!(error.condition, AmqpError::NotImplemented.into());
}

#[tokio::test]
async fn links_without_a_node_are_refused() {
    let (_broker, client) = start().await;
    let no_target = |attach: &mut Attach| attach.target = None;
    let error = refusal(soon(client.sender("").attach_with(no_target).attach()).await);
    assert_eq!(error.condition, AmqpError::NotImplemented.into());
    let no_source = |attach: &mut Attach| attach.source = None;
    let error = refusal(soon(client.receiver("").attach_with(no_source).attach()).await);
    assert_eq!(error.condition, AmqpError::NotImplemented.into());
    for address in ["", "a\0b"] {
        let error = refusal(soon(client.receiver(address).attach()).await);
        assert_eq!(error.condition, AmqpError::InvalidField.into());
        let error = refusal(soon(client.sender(address).attach()).await);
        assert_eq!(error.condition, AmqpError::InvalidField.into());
    }
    let error = refusal(soon(client.receiver(Source::default()).attach()).await);
    assert_eq!(error.condition, AmqpError::InvalidField.into());
    // The connection is fine.
    soon(client.sender("orders").attach()).await.unwrap();
}

#[tokio::test]
async fn filters_are_left_out_of_the_answer() {
    let (_broker, client) = start().await;
    let name = Symbol::from_static("selector");
    let mut filter = FilterSet::default();
    filter.set(name.clone(), &SelectorFilter("colour = 'red'".into())).unwrap();
    let source = Source { filter: Some(filter), ..Source::new("orders") };
    let attached = soon(client.receiver(source.clone()).attach()).await;
    assert_eq!(attached.unwrap_err(), AttachError::MissingFilters(vec![name]));
    let builder = client.receiver(source).accept_missing_filters();
    let receiver = soon(builder.attach()).await.unwrap();
    assert_eq!(receiver.source().unwrap().filter, None);
}

#[tokio::test]
async fn termini_are_answered_as_they_really_are() {
    let (_broker, client) = start().await;
    let durable = TerminusDurability::UnsettledState;
    let expiry_policy = TerminusExpiryPolicy::Never;
    let capabilities: Multiple<Symbol> =
        ["shared", "queue"].into_iter().map(Symbol::from_static).collect();
    let granted = Multiple::one(Symbol::from_static("queue"));
    let source = Source {
        durable,
        expiry_policy,
        timeout: Seconds(60),
        capabilities: capabilities.clone(),
        ..Source::new("orders")
    };
    let receiver = soon(client.receiver(source).credit(Credit::Manual).attach()).await.unwrap();
    let answer = receiver.source().unwrap();
    assert_eq!(answer.durable, TerminusDurability::None);
    assert_eq!(answer.expiry_policy, TerminusExpiryPolicy::LinkDetach);
    assert_eq!(answer.timeout, Seconds(0));
    assert_eq!(answer.capabilities, granted);
    assert_eq!(answer.outcomes.len(), 4);
    let target = Target {
        durable,
        expiry_policy,
        timeout: Seconds(60),
        capabilities,
        ..Target::new("orders")
    };
    let sender = soon(client.sender(target).attach()).await.unwrap();
    let answer = sender.target().unwrap();
    assert_eq!(answer.durable, TerminusDurability::None);
    assert_eq!(answer.expiry_policy, TerminusExpiryPolicy::LinkDetach);
    assert_eq!(answer.capabilities, granted);
    assert_eq!(sender.remote_attach().max_message_size, Some(16 << 20));
}

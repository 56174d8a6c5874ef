//! Links that are spoken of after other links have taken their handles.

use crate::common::{pair, poll_times, settle, soon};
use amqp_net::{Credit, Scope};
use amqp_types::messaging::Accepted;

#[tokio::test]
async fn a_link_that_has_ended_is_known_after_another_has_taken_its_handle() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let (first, receiver) =
        pair.client_sends_with(session.sender("first"), Credit::default()).await;
    let (receipt, delivery) = tokio::join!(first.submit("m"), receiver.recv());
    delivery.unwrap().unwrap().accept().unwrap();
    settle().await;
    receiver.close().await.unwrap();
    settle().await;
    let (_second, _receiver) =
        pair.client_sends_with(session.sender("second"), Credit::default()).await;
    assert_eq!(receipt.unwrap().outcome().await, Ok(Accepted {}.into()));
    assert_eq!(soon(first.detached()).await.scope(), Scope::Link);
}

#[tokio::test]
async fn a_refused_attach_ends_although_another_link_has_taken_the_handle() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let mut refused = Box::pin(session.sender("missing").attach());
    assert!(poll_times(1, &mut refused).await.is_none());
    drop(pair.server.next().await.unwrap());
    settle().await;
    let mut other = Box::pin(session.sender("other").attach());
    assert!(poll_times(1, &mut other).await.is_none());
    assert!(soon(refused).await.is_err());
}

//! Every kind of operation that waits, and every way in which what it waits for can end: it ends within a turn, with
//! the right reason.

mod end;
mod operation;
mod world;

use std::time::Duration;

use crate::common::settle;
use amqp_net::proto::Fault;
use amqp_net::{Arrived, EndReason, Scope, SendError, TrySubmitError};
use amqp_types::transport::Fields;
use tokio::time::{Instant, advance, timeout};

use self::end::End;
use self::operation::{Got, Operation};
use self::world::World;

/// Waits for something that needs no time.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(1), future).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_operation_that_waits_ends_with_what_it_waits_for() {
    let mut ended = 0;
    for operation in Operation::ALL {
        for end in End::ALL {
            let mut world = World::new().await;
            let waiting = operation.start(&mut world).await;
            assert!(!waiting.is_finished(), "{operation:?} does not wait");
            if !end.is_possible(operation) {
                continue;
            }
            end.happen(&mut world, operation).await;
            settle().await;
            if !end.concerns(operation) {
                assert!(!waiting.is_finished(), "{operation:?} ended, though {end:?} is no reason");
                continue;
            }
            assert!(waiting.is_finished(), "{operation:?} still waits after {end:?}");
            let got = waiting.await.unwrap();
            end.check(operation, &got);
            ended += 1;
        }
    }
    assert!(ended > 250, "only {ended} ended");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_not_answered_ends_at_its_time_limit() {
    for operation in Operation::ALL {
        let mut world = World::new().await;
        let waiting = operation.start(&mut world).await;
        let Some((limit, scope)) = operation.time_limit() else {
            // The peer decides how long it takes, as long as it is there.
            advance(Duration::from_secs(59)).await;
            settle().await;
            assert!(!waiting.is_finished(), "{operation:?} has no time limit");
            advance(Duration::from_secs(2)).await;
            settle().await;
            assert!(waiting.is_finished(), "{operation:?} waits for a peer that is silent");
            let got = waiting.await.unwrap();
            let ended = got.ended().unwrap_or_else(|| panic!("{operation:?}: {got:?}"));
            assert_eq!(ended.scope(), Scope::Connection, "{operation:?}: {ended}");
            assert_eq!(ended.fault(), Some(Fault::Time), "{operation:?}: {ended}");
            got.check_arrived(operation);
            continue;
        };
        advance(limit.saturating_sub(Duration::from_millis(10))).await;
        settle().await;
        assert!(!waiting.is_finished(), "{operation:?} ends too soon");
        advance(Duration::from_millis(20)).await;
        settle().await;
        assert!(waiting.is_finished(), "{operation:?} waits for longer than {limit:?}");
        match (scope, waiting.await.unwrap()) {
            (None, Got::Done) => {}
            (Some(scope), Got::Ended(ended)) => {
                assert_eq!(ended.scope(), scope, "{operation:?}: {ended}");
                assert_eq!(ended.fault(), Some(Fault::Time), "{operation:?}: {ended}");
            }
            (_, got) => panic!("{operation:?}: {got:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_begun_after_the_end_fails_at_once_with_the_same_reason() {
    for end in End::ALL {
        for operation in Operation::ALL {
            if operation.ends_something() || !end.is_possible(operation) || !end.concerns(operation)
            {
                continue;
            }
            let mut world = World::new().await;
            end.happen(&mut world, operation).await;
            settle().await;
            let begun = operation.begin(&mut world);
            settle().await;
            assert!(begun.is_finished(), "{operation:?} waits after {end:?}");
            let got = begun.await.unwrap();
            let ended =
                got.ended().unwrap_or_else(|| panic!("{operation:?} after {end:?}: {got:?}"));
            assert!(end.is_reason(ended.reason()), "{operation:?} after {end:?}: {ended}");
            if let Got::Sent(_, arrived) = got {
                assert_eq!(arrived, Arrived::No, "{operation:?} after {end:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_waited_for_fails_at_once_with_the_same_reason_too() {
    for end in End::ALL {
        let mut world = World::new().await;
        let operation = Operation::Receive;
        if !end.concerns(operation) {
            continue;
        }
        end.happen(&mut world, operation).await;
        settle().await;
        let World { receiver: Some(receiver), sender, delivery, .. } = &mut world else { panic!() };
        let why = soon(receiver.detached()).await;
        assert!(end.is_reason(why.reason()), "{end:?}: {why}");
        assert_eq!(receiver.grant(1), Err(why.clone()), "{end:?}");
        assert_eq!(receiver.pause(), Err(why.clone()), "{end:?}");
        assert_eq!(receiver.resume(), Err(why.clone()), "{end:?}");
        assert_eq!(soon(receiver.drain()).await, Err(why.clone()), "{end:?}");
        assert_eq!(receiver.set_properties(Fields::default()), Err(why.clone()));
        assert_eq!(receiver.try_recv().unwrap_err(), why, "{end:?}");
        assert_eq!(receiver.try_recv().unwrap_err(), why, "{end:?}");
        assert_eq!(soon(receiver.recv()).await.unwrap_err(), why, "{end:?}");
        assert!(soon(receiver.recv()).await.unwrap().is_none(), "the reason is told once");
        assert_eq!(delivery.take().unwrap().accept(), Err(why.clone()), "{end:?}");
        if end.concerns(Operation::Send) {
            let failed = SendError::Ended { why, arrived: Arrived::No };
            assert_eq!(sender.try_submit("m").unwrap_err(), TrySubmitError::Failed(failed));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn all_that_wait_get_the_same_reason() {
    let operations = [
        Operation::Send,
        Operation::Receive,
        Operation::Drain,
        Operation::Attach,
        Operation::Begin,
        Operation::Closed,
        Operation::SessionEnded,
        Operation::Request,
    ];
    let mut world = World::new().await;
    let mut waiting = Vec::new();
    for operation in operations.repeat(3) {
        waiting.push((operation, operation.start(&mut world).await));
    }
    End::ConnectionByPeer { error: true }.happen(&mut world, Operation::Send).await;
    settle().await;
    let why = soon(world.client.closed()).await;
    assert!(matches!(why.reason(), EndReason::Connection(_)));
    for (operation, waiting) in waiting {
        assert!(waiting.is_finished(), "{operation:?}");
        assert_eq!(waiting.await.unwrap().ended(), Some(&why), "{operation:?}");
    }
}

/// Asserts that nothing is left after everything has been closed.
async fn assert_nothing_is_left(world: World, what: &str) {
    let client = world.client.clone();
    let began = Instant::now();
    world.close().await;
    settle().await;
    assert!(began.elapsed() < Duration::from_secs(1), "{what}: something waited for a time limit");
    let stats = client.stats();
    let held = [
        stats.connection.sessions,
        stats.connection.links,
        stats.connection.unsettled_sent,
        stats.connection.unsettled_received,
        stats.waiting,
        stats.receipts,
        stats.queued,
        stats.states,
    ];
    assert_eq!(held, [0; 8], "{what}: {stats:?}");
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, 0, "{what}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_after_any_end_of_what_an_operation_waits_for() {
    for operation in Operation::ALL {
        for end in End::ALL {
            if !end.is_possible(operation) || !end.concerns(operation) {
                continue;
            }
            let mut world = World::new().await;
            let waiting = operation.start(&mut world).await;
            end.happen(&mut world, operation).await;
            settle().await;
            assert!(waiting.is_finished(), "{operation:?} still waits after {end:?}");
            drop(waiting.await.unwrap());
            assert_nothing_is_left(world, &format!("{operation:?} after {end:?}")).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_an_operation_that_is_dropped_while_it_waits_whatever_ends_then() {
    for operation in Operation::ALL {
        for end in End::ALL {
            if !end.is_possible(operation) {
                continue;
            }
            let mut world = World::new().await;
            let waiting = operation.start(&mut world).await;
            waiting.abort();
            assert!(waiting.await.unwrap_err().is_cancelled());
            // A shutdown that is dropped closes nothing.
            let other = Some(operation).filter(|it| *it != Operation::Shutdown);
            end.happen(&mut world, other.unwrap_or(Operation::Receive)).await;
            settle().await;
            assert_nothing_is_left(world, &format!("{operation:?} before {end:?}")).await;
        }
    }
}

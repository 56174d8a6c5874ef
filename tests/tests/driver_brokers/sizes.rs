//! Messages of several sizes, over frames of several sizes.

use std::sync::Arc;

use amqp_net::Credit;
use amqp_net::proto::ConnectionSettings;
use amqp_types::Bytes;

use crate::broker::{Broker, receive, soon};

pub(crate) async fn sizes(broker: Arc<Broker>) {
    for max_frame_size in [512, 4096, 1 << 20] {
        let settings = ConnectionSettings::new("client").max_frame_size(max_frame_size);
        let connection = broker.connect_with(settings).await;
        // Some announce no more than the client does.
        if max_frame_size == 1 << 20 {
            assert_eq!(connection.remote_open().max_frame_size, broker.kind.max_frame_size);
        }
        let (sender, receiver) = broker.links(&connection, "sizes", Credit::default()).await;
        let is_slow = max_frame_size == 512 && broker.kind.is_slow_with_small_frames;
        let large = if is_slow { 2 << 20 } else { 10 << 20 };
        for size in [0, 1, 100 << 10, large] {
            // Neighbouring octets differ, and so do octets at the same place of frames.
            let octets: Bytes =
                (0..size).map(|index: usize| (index % 251).to_le_bytes()[0]).collect();
            let before = connection.stats().connection.frames_received;
            soon(sender.send(&octets)).await.unwrap();
            let delivery = receive(&receiver).await;
            let arrived: Bytes = delivery.decode().unwrap();
            // Not with assert_eq!, which would print all of them.
            assert!(arrived == octets, "{max_frame_size} {size}: {}", arrived.len());
            let frames = connection.stats().connection.frames_received - before;
            // A frame has a header as well, and there may be dispositions and flows.
            let sent_size = broker.kind.max_frame_size_sent.min(max_frame_size as usize);
            let most = size.div_ceil(sent_size - 100) + 10;
            assert!(frames <= most as u64, "{max_frame_size} {size}: {frames} frames");
            delivery.accept().unwrap();
        }
        connection.close().await.unwrap();
    }
}

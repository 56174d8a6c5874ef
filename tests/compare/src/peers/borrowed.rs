//! The borrowed forms of this repository's types: they are decoded without an allocation, and then all their
//! content is read by plain code. The two columns iterate over lists, maps and arrays with `for` loops or
//! with `fold`.

use std::marker::PhantomData;

use amqp_net::proto::{FrameBody, FrameSplitter};
use amqp_types::messaging::{
    Accepted, AnnotationKeyRef, AnnotationsRef, ApplicationPropertiesRef, DeliveryAnnotationsRef,
    DeliveryStateRef, DistributionModeRef, FilterSetRef, FooterRef, Header, MessageAnnotationsRef,
    MessageIdRef, MessageRef, NodePropertiesRef, OutcomeRef, PropertiesRef, SimpleValueRef,
    SourceArchetypeRef, SourceRef, TargetArchetypeRef, TargetRef, TerminusDurability,
    TerminusExpiryPolicy,
};
use amqp_types::transport::{
    Attach, AttachRef, DeliveryNumber, DeliveryTagRef, Disposition, DispositionRef, FieldsRef,
    Flow, FlowRef, Handle, MessageFormat, Milliseconds, Open, OpenRef, PerformativeRef,
    ReceiverSettleMode, Role, Seconds, SenderSettleMode, SequenceNo, Transfer, TransferNumber,
    TransferRef,
};
use amqp_types::{
    Array, ArrayItem, ArrayRef, Decode, Encode, ListRef, MapRef, MultipleRef, Owned, SymbolRef,
    Timestamp, Uuid, Value, ValueRef,
};

use super::{BORROWED, FOLD};
use crate::bench::{Bench, Frames, Read, TransferFields, touch};
use crate::work::{self, Reading, ReadingRef};

/// Returns a number that depends on the whole content of a value. `F` is whether to use `fold`.
trait Sum {
    fn sum<const F: bool>(&self) -> u64;
}

fn sum_all<const F: bool, T: Sum>(items: impl Iterator<Item = T>) -> u64 {
    if F {
        return items.fold(0, |sum, item| sum.wrapping_add(item.sum::<F>()));
    }
    let mut sum = 0u64;
    for item in items {
        sum = sum.wrapping_add(item.sum::<F>());
    }
    sum
}

macro_rules! sums {
    ($($type:ty: |$value:ident| $sum:expr;)*) => {$(
        impl Sum for $type {
            #[inline]
            fn sum<const F: bool>(&self) -> u64 {
                let $value = self;
                $sum
            }
        }
    )*};
}

sums! {
    bool: |value| u64::from(*value);
    u8: |value| u64::from(*value);
    u16: |value| u64::from(*value);
    u32: |value| u64::from(*value);
    u64: |value| *value;
    i32: |value| u64::from(value.cast_unsigned());
    i64: |value| value.cast_unsigned();
    f64: |value| value.to_bits();
    &str: |value| touch(value.as_bytes());
    &[u8]: |value| touch(value);
    SymbolRef<'_>: |value| touch(value.as_str().as_bytes());
    DeliveryTagRef<'_>: |value| touch(value);
    Timestamp: |value| value.0.cast_unsigned();
    Uuid: |value| touch(&value.0);
    Handle: |value| value.0.into();
    Seconds: |value| value.0.into();
    Milliseconds: |value| value.0.into();
    MessageFormat: |value| value.0.into();
    SequenceNo: |value| value.0.into();
    DeliveryNumber: |value| value.0.into();
    TransferNumber: |value| value.0.into();
    Role: |value| *value as u64;
    SenderSettleMode: |value| *value as u64;
    ReceiverSettleMode: |value| *value as u64;
    TerminusDurability: |value| *value as u64;
    TerminusExpiryPolicy: |value| *value as u64;
    AnnotationKeyRef<'_>: |value| match value {
        AnnotationKeyRef::Symbol(key) => key.sum::<F>(),
        AnnotationKeyRef::Ulong(key) => *key,
    };
    MessageIdRef<'_>: |value| match value {
        MessageIdRef::Ulong(id) => *id,
        MessageIdRef::Uuid(id) => id.sum::<F>(),
        MessageIdRef::Binary(id) => id.sum::<F>(),
        MessageIdRef::String(id) => id.sum::<F>(),
    };
    SimpleValueRef<'_>: |value| (**value).sum::<F>();
    FieldsRef<'_>: |value| value.0.sum::<F>();
    NodePropertiesRef<'_>: |value| value.0.sum::<F>();
    AnnotationsRef<'_>: |value| value.0.sum::<F>();
    DeliveryAnnotationsRef<'_>: |value| value.0.sum::<F>();
    MessageAnnotationsRef<'_>: |value| value.0.sum::<F>();
    ApplicationPropertiesRef<'_>: |value| value.0.sum::<F>();
    FooterRef<'_>: |_value| unreachable!("no row has a footer");
    SourceArchetypeRef<'_>: |value| match value {
        SourceArchetypeRef::Source(source) => source.sum::<F>(),
        _ => unreachable!("no such source in any row"),
    };
    TargetArchetypeRef<'_>: |value| match value {
        TargetArchetypeRef::Target(target) => target.sum::<F>(),
        _ => unreachable!("no such target in any row"),
    };
    DeliveryStateRef<'_>: |value| match value {
        DeliveryStateRef::Accepted(Accepted {}) => 1,
        _ => unreachable!("no such state in any row"),
    };
    OutcomeRef<'_>: |value| match value {
        OutcomeRef::Accepted(Accepted {}) => 1,
        _ => unreachable!("no such outcome in any row"),
    };
    DistributionModeRef<'_>: |value| match value {
        DistributionModeRef::Move => 1,
        DistributionModeRef::Copy => 2,
        DistributionModeRef::Other(mode) => mode.sum::<F>(),
    };
    FilterSetRef<'_>: |value| {
        assert!(value.0.is_empty(), "no row has filters");
        0
    };
}

impl Sum for ValueRef<'_> {
    // A value that is passed to a call is stored first, which takes longer than to decode a number.
    #[inline(always)]
    fn sum<const F: bool>(&self) -> u64 {
        match self {
            ValueRef::Null => 1,
            ValueRef::Boolean(value) => value.sum::<F>(),
            ValueRef::Ubyte(value) => value.sum::<F>(),
            ValueRef::Ushort(value) => value.sum::<F>(),
            ValueRef::Uint(value) => value.sum::<F>(),
            ValueRef::Ulong(value) => value.sum::<F>(),
            ValueRef::Int(value) => value.sum::<F>(),
            ValueRef::Long(value) => value.sum::<F>(),
            ValueRef::Double(value) => value.sum::<F>(),
            ValueRef::Timestamp(value) => value.sum::<F>(),
            ValueRef::Uuid(value) => value.sum::<F>(),
            ValueRef::Binary(value) => value.sum::<F>(),
            ValueRef::String(value) => value.sum::<F>(),
            ValueRef::Symbol(value) => value.sum::<F>(),
            ValueRef::List(items) => items.sum::<F>(),
            ValueRef::Map(entries) => entries.sum::<F>(),
            _ => unreachable!("no such value in any row"),
        }
    }
}

impl<T: Sum> Sum for Option<T> {
    fn sum<const F: bool>(&self) -> u64 {
        self.as_ref().map_or(1, T::sum::<F>)
    }
}

impl<K: Sum, V: Sum> Sum for (K, V) {
    fn sum<const F: bool>(&self) -> u64 {
        self.0.sum::<F>().wrapping_add(self.1.sum::<F>())
    }
}

impl<'a, T: Decode<'a> + Sum> Sum for ListRef<'a, T> {
    // Values nest: the call is at each list and map, rather than at each value.
    #[inline(never)]
    fn sum<const F: bool>(&self) -> u64 {
        sum_all::<F, _>(self.iter())
    }
}

impl<'a, T: Decode<'a> + Sum> Sum for ArrayRef<'a, T> {
    fn sum<const F: bool>(&self) -> u64 {
        sum_all::<F, _>(self.iter())
    }
}

impl<'a, T: Decode<'a> + ArrayItem + Copy + Sum> Sum for MultipleRef<'a, T> {
    fn sum<const F: bool>(&self) -> u64 {
        sum_all::<F, _>(self.iter())
    }
}

impl<'a, K: Decode<'a> + Sum, V: Decode<'a> + Sum> Sum for MapRef<'a, K, V> {
    // Values nest: the call is at each list and map, rather than at each value.
    #[inline(never)]
    fn sum<const F: bool>(&self) -> u64 {
        sum_all::<F, _>(self.iter())
    }
}

/// Sums all fields. A missing field does not compile.
macro_rules! composites {
    ($($type:ident $(<$lifetime:lifetime>)?: $($field:ident)*;)*) => {$(
        impl Sum for $type$(<$lifetime>)? {
            fn sum<const F: bool>(&self) -> u64 {
                let Self { $($field),* } = self;
                let mut sum = 0u64;
                $(sum = sum.wrapping_add($field.sum::<F>());)*
                sum
            }
        }
    )*};
}

composites! {
    OpenRef<'_>: container_id hostname max_frame_size channel_max idle_time_out outgoing_locales
        incoming_locales offered_capabilities desired_capabilities properties;
    AttachRef<'_>: name handle role snd_settle_mode rcv_settle_mode source target unsettled
        incomplete_unsettled initial_delivery_count max_message_size offered_capabilities
        desired_capabilities properties;
    SourceRef<'_>: address durable expiry_policy timeout dynamic dynamic_node_properties
        distribution_mode filter default_outcome outcomes capabilities;
    TargetRef<'_>: address durable expiry_policy timeout dynamic dynamic_node_properties
        capabilities;
    FlowRef<'_>: next_incoming_id incoming_window next_outgoing_id outgoing_window handle
        delivery_count link_credit available drain echo properties;
    TransferRef<'_>: handle delivery_id delivery_tag message_format settled more rcv_settle_mode
        state resume aborted batchable;
    DispositionRef<'_>: role first last settled state batchable;
    Header: durable priority ttl first_acquirer delivery_count;
    PropertiesRef<'_>: message_id user_id to subject reply_to correlation_id content_type
        content_encoding absolute_expiry_time creation_time group_id group_sequence
        reply_to_group_id;
    ReadingRef<'_>: sensor serial place valid offset value raw taken;
}

impl Sum for MessageRef<'_> {
    fn sum<const F: bool>(&self) -> u64 {
        let body = self.body();
        let body = body.data().unwrap().map(Result::unwrap);
        [
            self.header().unwrap().sum::<F>(),
            self.delivery_annotations().unwrap().sum::<F>(),
            self.message_annotations().unwrap().sum::<F>(),
            self.properties().unwrap().sum::<F>(),
            self.application_properties().unwrap().sum::<F>(),
            sum_all::<F, _>(body),
            self.footer().unwrap().sum::<F>(),
        ]
        .into_iter()
        .fold(0, u64::wrapping_add)
    }
}

const fn column(fold: bool) -> &'static str {
    if fold { FOLD } else { BORROWED }
}

/// Any type except a message.
struct Typed<T, const F: bool>(PhantomData<T>);

impl<T, const F: bool> Read for Typed<T, F>
where
    T: Owned + 'static,
    for<'a> T::Ref<'a>: Sum + Encode,
{
    const COLUMN: &'static str = column(F);

    fn read(octets: &[u8]) -> u64 {
        T::Ref::from_bytes(octets).unwrap().sum::<F>()
    }

    fn recode(octets: &[u8]) -> Vec<u8> {
        T::Ref::from_bytes(octets).unwrap().to_bytes().unwrap().to_vec()
    }
}

struct Message<const F: bool>;

impl<const F: bool> Read for Message<F> {
    const COLUMN: &'static str = column(F);

    fn read(octets: &[u8]) -> u64 {
        MessageRef::from_bytes(octets).unwrap().sum::<F>()
    }

    fn recode(octets: &[u8]) -> Vec<u8> {
        let message = amqp_types::messaging::Message::from_bytes(octets).unwrap();
        message.to_bytes().unwrap().to_vec()
    }
}

pub fn add(bench: &mut Bench, row: &'static str, references: &[Vec<u8>]) {
    let reference = &references[0];
    match row {
        work::TRANSFER => bench.add_read::<Typed<Transfer, false>>(row, reference),
        work::DISPOSITION => bench.add_read::<Typed<Disposition, false>>(row, reference),
        work::FLOW => bench.add_read::<Typed<Flow, false>>(row, reference),
        work::OPEN => {
            bench.add_read::<Typed<Open, false>>(row, reference);
            bench.add_read::<Typed<Open, true>>(row, reference);
        }
        work::ATTACH => bench.add_read::<Typed<Attach, false>>(row, reference),
        work::STRUCT => bench.add_read::<Typed<Reading, false>>(row, reference),
        work::ARRAY => {
            bench.add_read::<Typed<Array<u32>, false>>(row, reference);
            bench.add_read::<Typed<Array<u32>, true>>(row, reference);
        }
        work::MESSAGE_1K | work::MESSAGE_64K => {
            bench.add_read::<Message<false>>(row, reference);
            bench.add_read::<Message<true>>(row, reference);
        }
        work::FRAMES | work::VARIED_FRAMES => {
            bench.add_frames(row, BORROWED, reference, read_frames);
        }
        work::VARIED_TRANSFERS => bench.add_varied_read::<Typed<Transfer, false>>(row, references),
        work::VARIED_STRUCTS => bench.add_varied_read::<Typed<Reading, false>>(row, references),
        _ => {
            bench.add_read::<Typed<Value, false>>(row, reference);
            bench.add_read::<Typed<Value, true>>(row, reference);
        }
    }
}

fn read_frames(buffer: &[u8]) -> Frames {
    let mut splitter = FrameSplitter::new(65_536);
    let mut input = buffer;
    let mut frames = Frames::default();
    while let Some(frame) = splitter.next_frame(&mut input).unwrap() {
        let FrameBody::Amqp { performative: PerformativeRef::Transfer(transfer), payload, .. } =
            frame.decode().unwrap()
        else {
            panic!("not a transfer")
        };
        let fields = TransferFields {
            handle: transfer.handle.0,
            delivery_id: transfer.delivery_id.map(|id| id.0),
            delivery_tag: transfer.delivery_tag.as_deref(),
            message_format: transfer.message_format.map(|format| format.0),
            settled: transfer.settled,
            more: transfer.more,
            rcv_settle_mode: transfer.rcv_settle_mode.map(|mode| mode as u8),
            resume: transfer.resume,
            aborted: transfer.aborted,
            batchable: transfer.batchable,
        };
        frames.add(&fields, payload);
    }
    frames
}

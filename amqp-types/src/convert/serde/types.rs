//! Implements the traits of serde for the types that have the notation of a value.

use serde_core::de::{Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};

use crate::decode::DecodeOwned;
use crate::encode::Encode;
use crate::extension::{self, filter};
use crate::messaging::AmqpValue;
use crate::multiple::{MandatoryMultiple, Multiple};
use crate::primitive::{Array, List, Map};
use crate::{messaging, primitive, security, transaction, transport, value};

macro_rules! as_values {
    ($($module:ident { $($type:ident)* })*) => {$($(
        impl Serialize for $module::$type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                super::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $module::$type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                super::deserialize(deserializer)
            }
        }
    )*)*};
}

macro_rules! as_values_if_content_is {
    ($($type:ident<$($content:ident),*>)*) => {$(
        impl<$($content),*> Serialize for $type<$($content),*>
        where
            Self: Encode,
        {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                super::serialize(self, serializer)
            }
        }

        impl<'de, $($content),*> Deserialize<'de> for $type<$($content),*>
        where
            Self: DecodeOwned,
        {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                super::deserialize(deserializer)
            }
        }
    )*};
}

as_values_if_content_is! {
    AmqpValue<T> Array<T> List<T> MandatoryMultiple<T> Map<K, V> Multiple<T>
}

as_values! {
    primitive { Decimal32 Decimal64 Decimal128 Symbol Timestamp Uuid }

    value { ArrayValue DescribedValue }

    transport {
        AmqpError Attach Begin Close ConnectionError DeliveryNumber DeliveryTag Detach Disposition
        End Error ErrorCondition Fields Flow Handle Info LinkError MessageFormat Milliseconds Open
        Performative ReceiverSettleMode Role Seconds SenderSettleMode SequenceNo SessionError
        Transfer TransferNumber
    }

    security {
        SaslChallenge SaslCode SaslFrame SaslInit SaslMechanisms SaslOutcome SaslResponse
    }

    messaging {
        Accepted AmqpSequence AnnotationKey Annotations ApplicationProperties Data DeleteOnClose
        DeleteOnNoLinks DeleteOnNoLinksOrMessages DeleteOnNoMessages DeliveryAnnotations
        DeliveryState DistributionMode FilterSet Footer Header LifetimePolicy MessageAnnotations
        MessageId Modified NodeProperties Outcome Properties Received Rejected Released Section SimpleValue
        Source SourceArchetype StdDistMode Target TargetArchetype TerminusDurability TerminusExpiryPolicy
    }

    transaction {
        Coordinator Declare Declared Discharge TransactionError TransactionId TransactionalState
        TxnCapability
    }

    extension { Extension }

    filter {
        AllFilter AnyFilter ApplicationPropertiesFilter DeliveryAnnotationsFilter FalseFilter
        FooterFilter HeaderFilter LegacyAmqpDirectBinding LegacyAmqpHeadersBinding
        LegacyAmqpTopicBinding MessageAnnotationsFilter NoLocalFilter NotFilter PropertiesFilter
        SelectorFilter SqlFilter TrueFilter XqueryFilter
    }
}

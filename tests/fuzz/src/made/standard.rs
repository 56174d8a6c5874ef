//! Values of the standard's types.

use amqp_types::messaging::{
    Accepted, AnnotationKey, Annotations, ApplicationProperties, Body, DeleteOnClose,
    DeleteOnNoLinks, DeleteOnNoLinksOrMessages, DeleteOnNoMessages, DeliveryAnnotations,
    DeliveryState, DistributionMode, FilterSet, Footer, Header, LifetimePolicy, Message,
    MessageAnnotations, MessageId, Modified, NodeProperties, Outcome, Properties, Received,
    Rejected, Released, SimpleValue, Source, Target, TargetArchetype, TerminusDurability,
    TerminusExpiryPolicy,
};
use amqp_types::security::{
    SaslChallenge, SaslCode, SaslFrame, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse,
};
use amqp_types::transaction::{
    Coordinator, Declared, TransactionError, TransactionalState, TxnCapability,
};
use amqp_types::transport::{
    AmqpError, Attach, Begin, Close, ConnectionError, DeliveryNumber, DeliveryTag, Detach,
    Disposition, End, Error, ErrorCondition, Fields, Flow, Handle, Info, LinkError, MessageFormat,
    Milliseconds, Open, Performative, ReceiverSettleMode, Role, Seconds, SenderSettleMode,
    SequenceNo, SessionError, Transfer, TransferNumber,
};
use amqp_types::{Bytes, MandatoryMultiple, TooLong, Value};

use super::Octets;

/// The content from which a body is generated.
pub(in super::super) enum Content {
    None,
    Data(Bytes),
    Sequence(Vec<Value>),
    Value(Value),
}

impl Octets<'_> {
    fn fields(&mut self) -> Fields {
        Fields(self.map(Self::symbol, 2))
    }

    fn annotations(&mut self) -> Annotations {
        let key = |it: &mut Self| {
            if it.flag() { it.symbol().into() } else { AnnotationKey::Ulong(it.ulong()) }
        };
        Annotations(self.map(key, 2))
    }

    fn simple(&mut self) -> SimpleValue {
        self.value_within(0).try_into().expect("no compound is so flat")
    }

    fn handle(&mut self) -> Handle {
        Handle(self.uint())
    }

    fn role(&mut self) -> Role {
        if self.flag() { Role::Receiver } else { Role::Sender }
    }

    fn rcv_settle_mode(&mut self) -> ReceiverSettleMode {
        self.choice([ReceiverSettleMode::First, ReceiverSettleMode::Second])
    }

    fn delivery_tag(&mut self) -> DeliveryTag {
        self.at_most_32()
    }

    fn at_most_32<T: for<'o> TryFrom<&'o [u8], Error = TooLong>>(&mut self) -> T {
        let mut octets = self.binary();
        octets.truncate(32);
        octets[..].try_into().expect("no more than 32")
    }

    fn error(&mut self) -> Error {
        let condition = match self.octet() % 6 {
            0 => AmqpError::NotFound.into(),
            1 => ConnectionError::FramingError.into(),
            2 => SessionError::WindowViolation.into(),
            3 => LinkError::Stolen.into(),
            4 => TransactionError::UnknownId.into(),
            _ => ErrorCondition::Other(self.foreign()),
        };
        let info = self.some(|it| Info(it.fields()));
        Error { condition, description: self.some(Self::text), info }
    }

    pub(in super::super) fn open(&mut self) -> Open {
        Open {
            container_id: self.text(),
            hostname: self.some(Self::text),
            max_frame_size: self.some(Self::uint).unwrap_or(u32::MAX),
            channel_max: self.some(Self::ushort).unwrap_or(u16::MAX),
            idle_time_out: self.some(Self::uint).map(Milliseconds),
            outgoing_locales: self.symbols(),
            incoming_locales: self.symbols(),
            offered_capabilities: self.symbols(),
            desired_capabilities: self.symbols(),
            properties: self.some(Self::fields),
        }
    }

    fn begin(&mut self) -> Begin {
        Begin {
            remote_channel: self.some(Self::ushort),
            next_outgoing_id: TransferNumber(self.uint()),
            incoming_window: self.uint(),
            outgoing_window: self.uint(),
            handle_max: self.some(Self::handle).unwrap_or(Handle::MAX),
            offered_capabilities: self.symbols(),
            desired_capabilities: self.symbols(),
            properties: self.some(Self::fields),
        }
    }

    pub(in super::super) fn attach(&mut self) -> Attach {
        let modes =
            [SenderSettleMode::Unsettled, SenderSettleMode::Settled, SenderSettleMode::Mixed];
        Attach {
            snd_settle_mode: self.choice(modes),
            rcv_settle_mode: self.rcv_settle_mode(),
            source: self.some(Self::source).map(Into::into),
            target: self.some(Self::target),
            unsettled: self.some(|it| {
                it.several(|it| (it.delivery_tag(), it.some(Self::state))).into_iter().collect()
            }),
            incomplete_unsettled: self.flag(),
            initial_delivery_count: self.some(Self::uint).map(SequenceNo),
            max_message_size: self.some(Self::ulong),
            offered_capabilities: self.symbols(),
            desired_capabilities: self.symbols(),
            properties: self.some(Self::fields),
            ..Attach::new(self.text(), self.handle(), self.role())
        }
    }

    fn durability(&mut self) -> TerminusDurability {
        self.choice([
            TerminusDurability::None,
            TerminusDurability::Configuration,
            TerminusDurability::UnsettledState,
        ])
    }

    fn expiry_policy(&mut self) -> TerminusExpiryPolicy {
        self.choice([
            TerminusExpiryPolicy::LinkDetach,
            TerminusExpiryPolicy::SessionEnd,
            TerminusExpiryPolicy::ConnectionClose,
            TerminusExpiryPolicy::Never,
        ])
    }

    fn source(&mut self) -> Source {
        let mode = match self.octet() % 3 {
            0 => DistributionMode::Move,
            1 => DistributionMode::Copy,
            _ => DistributionMode::Other(self.foreign()),
        };
        let filter = |it: &mut Self| (it.symbol(), it.some(|it| it.described(2)));
        Source {
            address: self.some(Self::text),
            durable: self.durability(),
            expiry_policy: self.expiry_policy(),
            timeout: Seconds(self.uint()),
            dynamic: self.flag(),
            dynamic_node_properties: self.some(|it| NodeProperties(it.fields())),
            distribution_mode: self.some(|_| mode),
            filter: self.some(|it| FilterSet(it.several(filter).into_iter().collect())),
            default_outcome: self.some(Self::outcome),
            outcomes: self.symbols(),
            capabilities: self.symbols(),
        }
    }

    fn target(&mut self) -> TargetArchetype {
        let capability = |it: &mut Self| match it.octet() % 3 {
            0 => TxnCapability::LocalTransactions,
            1 => TxnCapability::MultiSsnsPerTxn,
            _ => TxnCapability::Other(it.foreign()),
        };
        match self.octet() % 4 {
            0 => TargetArchetype::Other(self.extension()),
            1 => TargetArchetype::Coordinator(Coordinator {
                capabilities: self.several(capability).into(),
            }),
            _ => TargetArchetype::Target(Target {
                address: self.some(Self::text),
                durable: self.durability(),
                expiry_policy: self.expiry_policy(),
                timeout: Seconds(self.uint()),
                dynamic: self.flag(),
                dynamic_node_properties: self.some(|it| NodeProperties(it.fields())),
                capabilities: self.symbols(),
            }),
        }
    }

    fn outcome(&mut self) -> Outcome {
        match self.octet() % 6 {
            0 => Outcome::Accepted(Accepted {}),
            1 => Outcome::Rejected(Rejected { error: self.some(|it| it.error().into()) }),
            2 => Outcome::Released(Released {}),
            3 => Modified {
                delivery_failed: self.some(Self::flag),
                undeliverable_here: self.some(Self::flag),
                message_annotations: self.some(Self::fields),
            }
            .into(),
            4 => Declared { txn_id: self.at_most_32() }.into(),
            _ => Outcome::Other(self.extension()),
        }
    }

    fn state(&mut self) -> DeliveryState {
        match self.octet() % 4 {
            0 => Received { section_number: self.uint(), section_offset: self.ulong() }.into(),
            1 => {
                TransactionalState { txn_id: self.at_most_32(), outcome: self.some(Self::outcome) }
                    .into()
            }
            _ => self.outcome().into(),
        }
    }

    pub(in super::super) fn flow(&mut self) -> Flow {
        Flow {
            next_incoming_id: self.some(Self::uint).map(TransferNumber),
            incoming_window: self.uint(),
            next_outgoing_id: TransferNumber(self.uint()),
            outgoing_window: self.uint(),
            handle: self.some(Self::handle),
            delivery_count: self.some(Self::uint).map(SequenceNo),
            link_credit: self.some(Self::uint),
            available: self.some(Self::uint),
            drain: self.flag(),
            echo: self.flag(),
            properties: self.some(Self::fields),
        }
    }

    pub(in super::super) fn transfer(&mut self) -> Transfer {
        Transfer {
            handle: self.handle(),
            delivery_id: self.some(Self::uint).map(DeliveryNumber),
            delivery_tag: self.some(Self::delivery_tag),
            message_format: self.some(Self::uint).map(MessageFormat),
            settled: self.some(Self::flag),
            more: self.flag(),
            rcv_settle_mode: self.some(Self::rcv_settle_mode),
            state: self.some(Self::state),
            resume: self.flag(),
            aborted: self.flag(),
            batchable: self.flag(),
        }
    }

    fn disposition(&mut self) -> Disposition {
        Disposition {
            role: self.role(),
            first: DeliveryNumber(self.uint()),
            last: self.some(Self::uint).map(DeliveryNumber),
            settled: self.flag(),
            state: self.some(Self::state),
            batchable: self.flag(),
        }
    }

    pub(in super::super) fn performative(&mut self) -> Performative {
        match self.octet() % 9 {
            0 => Performative::Open(self.open()),
            1 => Performative::Begin(self.begin()),
            2 => Performative::Attach(self.attach()),
            3 => Performative::Flow(self.flow()),
            4 => Performative::Transfer(self.transfer()),
            5 => Performative::Disposition(self.disposition()),
            6 => Performative::Detach(Detach {
                handle: self.handle(),
                closed: self.flag(),
                error: self.some(Self::error),
            }),
            7 => Performative::End(End { error: self.some(Self::error) }),
            _ => Performative::Close(Close { error: self.some(Self::error) }),
        }
    }

    pub(in super::super) fn sasl(&mut self) -> SaslFrame {
        match self.octet() % 5 {
            0 => SaslFrame::Mechanisms(SaslMechanisms {
                sasl_server_mechanisms: MandatoryMultiple::new(
                    self.symbol(),
                    self.several(Self::symbol),
                ),
            }),
            1 => SaslFrame::Init(SaslInit {
                mechanism: self.symbol(),
                initial_response: self.some(Self::binary),
                hostname: self.some(Self::text),
            }),
            2 => SaslFrame::Challenge(SaslChallenge { challenge: self.binary() }),
            3 => SaslFrame::Response(SaslResponse { response: self.binary() }),
            _ => SaslFrame::Outcome(SaslOutcome {
                code: self.choice([SaslCode::Ok, SaslCode::Auth, SaslCode::SysTemp]),
                additional_data: self.some(Self::binary),
            }),
        }
    }

    fn message_id(&mut self) -> MessageId {
        match self.octet() % 4 {
            0 => self.ulong().into(),
            1 => self.uuid().into(),
            2 => self.binary().into(),
            _ => self.text().into(),
        }
    }

    fn properties(&mut self) -> Properties {
        Properties {
            message_id: self.some(Self::message_id),
            user_id: self.some(Self::binary),
            to: self.some(Self::text),
            subject: self.some(Self::text),
            reply_to: self.some(Self::text),
            correlation_id: self.some(Self::message_id),
            content_type: self.some(Self::symbol),
            content_encoding: self.some(Self::symbol),
            absolute_expiry_time: self.some(Self::timestamp),
            creation_time: self.some(Self::timestamp),
            group_id: self.some(Self::text),
            group_sequence: self.some(Self::uint).map(SequenceNo),
            reply_to_group_id: self.some(Self::text),
        }
    }

    pub(in super::super) fn lifetime_policy(&mut self) -> LifetimePolicy {
        match self.octet() % 5 {
            0 => LifetimePolicy::DeleteOnClose(DeleteOnClose {}),
            1 => LifetimePolicy::DeleteOnNoLinks(DeleteOnNoLinks {}),
            2 => LifetimePolicy::DeleteOnNoMessages(DeleteOnNoMessages {}),
            3 => LifetimePolicy::DeleteOnNoLinksOrMessages(DeleteOnNoLinksOrMessages {}),
            _ => LifetimePolicy::Other(self.extension()),
        }
    }

    /// Returns a message, and the content of its body.
    pub(in super::super) fn message(&mut self) -> (Message, Content) {
        let content = match self.octet() % 4 {
            0 => Content::None,
            1 => Content::Data(self.binary()),
            2 => Content::Sequence(self.several(Self::value)),
            _ => Content::Value(self.value()),
        };
        let header = |it: &mut Self| Header {
            durable: it.flag(),
            priority: it.some(Self::octet).unwrap_or(4),
            ttl: it.some(Self::uint).map(Milliseconds),
            first_acquirer: it.flag(),
            delivery_count: it.uint(),
        };
        let message = Message {
            header: self.some(header),
            delivery_annotations: self.some(|it| DeliveryAnnotations(it.annotations())),
            message_annotations: self.some(|it| MessageAnnotations(it.annotations())),
            properties: self.some(Self::properties),
            application_properties: self.some(|it| {
                ApplicationProperties(
                    it.several(|it| (it.text(), it.simple())).into_iter().collect(),
                )
            }),
            body: match &content {
                Content::None => Body::default(),
                Content::Data(octets) => Body::Data(octets.clone()),
                Content::Sequence(values) => Body::sequence(values),
                Content::Value(value) => Body::value(value),
            },
            footer: self.some(|it| Footer(it.annotations())),
        };
        (message, content)
    }
}

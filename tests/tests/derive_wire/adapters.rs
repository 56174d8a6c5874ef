//! Fields that functions encode and decode.

use std::time::Duration;

use amqp_types::messaging::{Body, DecodeMessage, EncodeMessage, Message, MessageRef};
use amqp_types::{
    Composite, Constructor, Decode, DecodeError, DecodeErrorKind, Encode, Failed, Owned, Reader,
    Writer,
};

use super::{both, octets, refuses, writes};

mod seconds {
    use super::*;

    pub(crate) fn encode(duration: &Duration, writer: &mut Writer<'_>) {
        duration.as_secs().encode(writer);
    }

    pub(crate) fn decode<'de>(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Duration, Failed> {
        let before = reader.remaining();
        match u64::decode_value(constructor, reader)? {
            seconds @ 0..=3600 => Ok(Duration::from_secs(seconds)),
            _ => Err(reader.error_in(before, DecodeErrorKind::Invalid("more than an hour"))),
        }
    }
}

/// A number that was a text in an earlier version of the type.
fn number_or_text<'de>(
    constructor: Constructor<'de>,
    reader: &mut Reader<'_, 'de>,
) -> Result<u32, Failed> {
    let before = reader.remaining();
    if !<&str>::ACCEPTS.contains(&constructor) {
        return u32::decode_value(constructor, reader);
    }
    let invalid = DecodeErrorKind::Invalid("the text is not a number");
    let text = <&str>::decode_value(constructor, reader)?;
    text.parse().map_err(|_| reader.error_in(before, invalid))
}

fn half<T: Copy + Into<f64>>(value: &T, writer: &mut Writer<'_>) {
    ((*value).into() / 2.0).encode(writer);
}

#[derive(Composite, Debug, PartialEq)]
#[amqp(code = 1)]
struct Half<T: Copy + Into<f64>> {
    #[amqp(encode_with = half)]
    value: T,
}

#[derive(Composite, Clone, Debug, PartialEq)]
#[amqp(code = 1, borrowed = TaskRef)]
struct Task {
    #[amqp(decode_with = seconds::decode, encode_with = seconds::encode)]
    every: Duration,
    #[amqp(decode_with = seconds::decode, encode_with = seconds::encode)]
    after: Option<Duration>,
    #[amqp(default = Duration::from_secs(5), decode_with = seconds::decode, encode_with = seconds::encode)]
    limit: Duration,
    name: String,
    #[amqp(decode_with = number_or_text)]
    count: u32,
}

fn task() -> Task {
    Task {
        every: Duration::from_secs(1),
        after: Some(Duration::from_secs(2)),
        limit: Duration::from_secs(5),
        name: "a".into(),
        count: 7,
    }
}

#[test]
fn fields_of_a_list() {
    both(task(), "005301 c00b05 5301 5302 40 a10161 5207");
    let other = Task { after: None, limit: Duration::from_secs(6), ..task() };
    both(other, "005301 c00b05 5301 40 5306 a10161 5207");
}

#[test]
fn a_function_for_one_direction() {
    let decoded = Task::from_bytes(octets("005301 c00c05 5301 5302 40 a10161 a10137")).unwrap();
    assert_eq!(decoded, task());
    writes(&Half { value: 3_u8 }, "005301 c00a01 823ff8000000000000");
    assert_eq!(Half::from_bytes(octets("005301 c00301 5003")), Ok(Half { value: 3_u8 }));
}

#[test]
fn absent_and_null_are_missing_if_the_field_is_mandatory() {
    refuses::<Task>("005301 45", "Task.every: a mandatory field is null or absent (octet 4)");
    refuses::<Task>(
        "005301 c00201 40",
        "Task.every: a mandatory field is null or absent (octet 6)",
    );
    refuses::<Task>(
        "005301 c00a05 5301 5302 40 a10161 40",
        "Task.count: a mandatory field is null or absent (octet 14)",
    );
}

#[test]
fn errors_of_the_functions_name_the_field() {
    refuses::<Task>("005301 c00a01 800000000000000e11", "Task.every: more than an hour (octet 7)");
    refuses::<Task>("005301 c00301 a100", "Task.every: expected ulong, found string (octet 6)");
    refuses::<Task>(
        "005301 c00c05 5301 5302 40 a10161 a10178",
        "Task.count: the text is not a number (octet 15)",
    );
}

#[test]
fn the_borrowed_form_has_the_same_type() {
    let octets = task().to_bytes().unwrap();
    let borrowed = TaskRef::from_bytes(&octets).unwrap();
    assert_eq!((borrowed.name, borrowed.every), ("a", Duration::from_secs(1)));
    assert_eq!(Task::from_ref(borrowed), task());
    assert_eq!(borrowed.to_bytes().unwrap(), octets);
}

#[derive(Message, Debug, PartialEq)]
struct Job {
    #[amqp(property = group_sequence, decode_with = number_or_text)]
    number: u32,
    #[amqp(annotation = "x-opt-delay", decode_with = seconds::decode, encode_with = seconds::encode)]
    delay: Option<Duration>,
    #[amqp(application_property = "every", decode_with = seconds::decode, encode_with = seconds::encode)]
    every: Duration,
    #[amqp(body, decode_with = seconds::decode, encode_with = seconds::encode)]
    left: Duration,
}

fn decode<'de, T: DecodeMessage<'de>>(octets: &'de [u8]) -> Result<T, DecodeError> {
    MessageRef::from_bytes(octets)?.decode()
}

#[test]
fn fields_of_a_message() {
    let [every, left] = [1, 2].map(Duration::from_secs);
    let job = Job { number: 7, delay: None, every, left };
    let octets = job.to_message_bytes().unwrap();
    let message: Message = decode(&octets).unwrap();
    assert_eq!(message.application_properties.unwrap().get("every"), Some(&1_u64.into()));
    assert_eq!(message.body, Body::value(&2_u64));
    assert_eq!(decode(&octets), Ok(job));
    let job = Job { number: 7, delay: Some(left), every, left };
    assert_eq!(decode(&job.to_message_bytes().unwrap()), Ok(job));
    let error = decode::<Job>(&Message::default().to_message_bytes().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "Job.number: a mandatory field is null or absent (octet 0)");
}

#[test]
fn a_body_that_is_null_or_of_another_kind() {
    #[derive(Message, Debug, PartialEq)]
    struct Maybe {
        #[amqp(body, decode_with = seconds::decode, encode_with = seconds::encode)]
        left: Option<Duration>,
    }
    let null = Message::default().to_message_bytes().unwrap();
    assert_eq!(decode(&null), Ok(Maybe { left: None }));
    assert_eq!(Maybe { left: None }.to_message_bytes().unwrap(), null);
    let data = Message { body: Body::Data("x".into()), ..Message::default() };
    let error = decode::<Maybe>(&data.to_message_bytes().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "Maybe.left: the body is not an amqp-value section (octet 0)");
}

#[derive(Composite, Clone, Debug, PartialEq)]
#[amqp(source = map)]
struct Limits {
    #[amqp(decode_with = seconds::decode, encode_with = seconds::encode)]
    hard: Duration,
    #[amqp(decode_with = seconds::decode, encode_with = seconds::encode)]
    soft: Option<Duration>,
    #[amqp(default, decode_with = seconds::decode, encode_with = seconds::encode)]
    grace: Duration,
}

#[test]
fn fields_of_a_map() {
    let hard = Duration::from_secs(1);
    let limits = Limits { hard, soft: None, grace: Duration::ZERO };
    both(limits.clone(), "c10902 a30468617264 5301");
    let limits = Limits { soft: Some(hard), grace: hard, ..limits };
    both(limits, "c11a06 a30468617264 5301 a304736f6674 5301 a3056772616365 5301");
    refuses::<Limits>("c10100", "Limits.hard: a mandatory field is null or absent (octet 3)");
    refuses::<Limits>(
        "c10802 a30468617264 40",
        "Limits.hard: a mandatory field is null or absent (octet 9)",
    );
    refuses::<Limits>(
        "c11104 a30468617264 5301 a30468617264 5301",
        "Limits.hard: the field appears twice (octet 11)",
    );
}

mod of_macros_and_nulls {
    use amqp_types::{Composite, Constructor, Decode, Encode, Failed, Multiple, Reader};

    use super::seconds;

    macro_rules! schedule {
        ($name:ident, $type:ty) => {
            #[derive(Composite, Debug, PartialEq)]
            struct $name {
                #[amqp(encode_with = seconds::encode, decode_with = seconds::decode)]
                every: $type,
            }
        };
    }
    schedule!(Optional, Option<std::time::Duration>);

    #[test]
    fn an_option_from_a_macro_is_one() {
        let none = Optional { every: None };
        assert_eq!(Optional::from_bytes(&none.to_bytes().unwrap()), Ok(none));
    }

    fn any<'de, T: Decode<'de>>(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<T, Failed> {
        T::decode_value(constructor, reader)
    }

    #[derive(Composite, Debug, PartialEq)]
    struct Tagged {
        #[amqp(decode_with = any)]
        tags: Multiple<u32>,
        last: u8,
    }

    #[test]
    fn null_stays_a_value_of_a_type_that_encodes_itself() {
        let none = Tagged { tags: Multiple::NONE, last: 1 };
        assert_eq!(Tagged::from_bytes(&none.to_bytes().unwrap()), Ok(none));
    }
}

use amqp_types::messaging::Message;

struct Clock;

#[derive(Message)]
struct Order {
    #[amqp(header)]
    header: Clock,
    #[amqp(property = subject)]
    subject: Clock,
    #[amqp(annotation = "x-opt-clock")]
    annotation: Clock,
    #[amqp(application_property = "clock")]
    property: Clock,
    #[amqp(body)]
    items: Clock,
}

fn main() {}

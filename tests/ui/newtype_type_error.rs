use amqp_types::Restricted;

struct Clock;

#[derive(Restricted)]
struct Milliseconds(Clock);

fn main() {}

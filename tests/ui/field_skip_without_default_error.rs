use amqp_types::Composite;

struct Note;

#[derive(Composite)]
struct Reading {
    value: u8,
    #[amqp(skip)]
    note: Note,
}

fn main() {}

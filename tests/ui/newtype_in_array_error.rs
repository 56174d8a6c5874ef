use amqp_types::{Array, Encode, Restricted};

#[derive(Restricted)]
struct Perhaps(Option<u8>);

fn main() {
    let _ = Array(vec![Perhaps(None)]).to_bytes();
}

use amqp_types::{Accepts, Decode, OneOf};

#[derive(OneOf)]
enum Either<A, B> {
    First(A),
    Second(B),
}

const _: &Accepts = Either::<u8, u8>::ACCEPTS;

fn main() {}

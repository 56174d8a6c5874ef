#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| amqp_fuzz::connection(octets));

//! See `providers::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| providers::fuzzing::run("cryptopocket_payment", bytes));

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| certaudit_fuzz::evidence(bytes));

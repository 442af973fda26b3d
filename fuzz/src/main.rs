//! The fuzzer: runs the target that the environment names on what libFuzzer makes up.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run(data));

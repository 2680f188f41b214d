//! An evidence file: what is read is written as it was read.
#![no_main]

use certaudit::evidence::Evidence;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(evidence) = Evidence::read(text) {
        let written = evidence.write().expect("it can be written");
        let again = Evidence::read(&written).expect("it reads back");
        assert_eq!(again, evidence);
        assert_eq!(again.write().expect("it can be written"), written);
    }
});

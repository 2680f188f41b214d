//! Files of certificates and of requests: PEM, DER, PKCS#7.
#![no_main]

use certaudit::certificate::container::{certificates, requests};

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    if let Ok(list) = certificates(file) {
        assert!(!list.is_empty());
        let size: usize = list.iter().map(Vec::len).sum();
        assert!(size <= file.len(), "{size} bytes out of {}", file.len());
    }
    if let Ok(found) = requests(file) {
        assert!(!found.requests.is_empty());
    }
});

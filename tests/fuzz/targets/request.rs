//! A signing request.
#![no_main]

use certaudit::certificate::SigningRequest;

libfuzzer_sys::fuzz_target!(|der: &[u8]| {
    match SigningRequest::from_der(der) {
        Ok(request) => assert_eq!(request.der, der),
        Err(malformed) => assert!(!malformed.reason.is_empty()),
    }
});

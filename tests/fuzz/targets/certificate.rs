//! A certificate: decoded to the same facts twice, or malformed and skimmed.
#![no_main]

use certaudit::certificate::{Certificate, container};
use certaudit::text::{escape, is_unfit};

libfuzzer_sys::fuzz_target!(|der: &[u8]| {
    match Certificate::from_der(der) {
        Ok(certificate) => {
            assert_eq!(certificate.der, der);
            let again = Certificate::from_der(der).expect("it was decoded before");
            assert_eq!(format!("{again:?}"), format!("{certificate:?}"));
            let shown = escape(&certificate.subject.text);
            assert!(!shown.contains(is_unfit), "{shown:?}");
            let text = container::pem(der);
            let read = container::certificates(text.as_bytes()).expect("PEM of our own");
            assert_eq!(read, [der]);
        }
        Err(malformed) => {
            assert_eq!(malformed.der, der);
            assert!(!malformed.reason.is_empty());
        }
    }
});

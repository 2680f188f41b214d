//! Standards of signing requests, and of the names that public CAs sign.

use super::Source;

/// PKCS#10.
pub static RFC_2986: Source = Source::published(
    "RFC 2986: PKCS #10: Certification Request Syntax Specification",
    "https://www.rfc-editor.org/rfc/rfc2986",
);
/// PEM.
pub static RFC_7468: Source = Source::published(
    "RFC 7468: Textual Encodings of PKIX, PKCS, and CMS Structures",
    "https://www.rfc-editor.org/rfc/rfc7468",
);
/// Special-use domain names.
pub static RFC_6761: Source = Source::published(
    "RFC 6761: Special-Use Domain Names",
    "https://www.rfc-editor.org/rfc/rfc6761",
);
/// Multicast DNS: .local.
pub static RFC_6762: Source = Source::published(
    "RFC 6762: Multicast DNS",
    "https://www.rfc-editor.org/rfc/rfc6762",
);
/// What public CAs hold themselves to.
pub static BASELINE_REQUIREMENTS: Source = Source::titled(
    "CA/Browser Forum, Baseline Requirements for the Issuance and Management of Publicly-Trusted TLS Server Certificates",
);

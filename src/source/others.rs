//! Documents of others than Cisco: standards bodies, platforms, public CAs.

use super::Source;

/// Apple's rules for TLS server certificates.
pub static APPLE_REQUIREMENTS: Source = Source::published(
    "Requirements for trusted certificates in iOS 13 and macOS 10.15",
    "https://support.apple.com/en-us/103769",
);
/// What OpenSSL asks of the certificates of TLS clients and servers.
pub static OPENSSL_VERIFICATION: Source = Source::published(
    "OpenSSL: openssl-verification-options",
    "https://docs.openssl.org/master/man1/openssl-verification-options/",
);
/// RFC 5280.
pub static RFC_5280: Source = Source::published(
    "RFC 5280: Internet X.509 Public Key Infrastructure Certificate and CRL Profile",
    "https://www.rfc-editor.org/rfc/rfc5280",
);
/// RFC 6125.
pub static RFC_6125: Source = Source::published(
    "RFC 6125: Representation and Verification of Domain-Based Application Service Identity",
    "https://www.rfc-editor.org/rfc/rfc6125",
);
/// RFC 9525.
pub static RFC_9525: Source = Source::published(
    "RFC 9525: Service Identity in TLS",
    "https://www.rfc-editor.org/rfc/rfc9525",
);
/// RFC 6120.
pub static RFC_6120: Source = Source::published(
    "RFC 6120: Extensible Messaging and Presence Protocol (XMPP): Core",
    "https://www.rfc-editor.org/rfc/rfc6120",
);
/// RFC 4985.
pub static RFC_4985: Source = Source::published(
    "RFC 4985: Subject Alternative Name for Expression of Service Name",
    "https://www.rfc-editor.org/rfc/rfc4985",
);
/// RFC 8446.
pub static RFC_8446: Source = Source::published(
    "RFC 8446: The Transport Layer Security (TLS) Protocol Version 1.3",
    "https://www.rfc-editor.org/rfc/rfc8446",
);
/// RFC 5246.
pub static RFC_5246: Source = Source::published(
    "RFC 5246: The Transport Layer Security (TLS) Protocol Version 1.2",
    "https://www.rfc-editor.org/rfc/rfc5246",
);
/// RFC 8996.
pub static RFC_8996: Source = Source::published(
    "RFC 8996: Deprecating TLS 1.0 and TLS 1.1",
    "https://www.rfc-editor.org/rfc/rfc8996",
);
/// CA/Browser Forum, lifetimes of public certificates.
pub static VALIDITY_BALLOT: Source = Source::titled(
    "CA/Browser Forum Ballot SC-081v3: Introduce Schedule of Reducing Validity and Data Reuse Periods (April 11, 2025)",
);
/// Google Chrome's rules for public CAs.
pub static CHROME_ROOT_PROGRAM: Source =
    Source::titled("Chrome Root Program Policy 1.8 (February 5, 2026)");
/// DigiCert's end of clientAuth.
pub static DIGICERT_EKU: Source = Source::published(
    "DigiCert Knowledge Base ALERT53: Removing the client authentication EKU from public TLS certificates",
    "https://knowledge.digicert.com/alerts/sunsetting-client-authentication-eku-from-digicert-public-tls-certificates",
);
/// Sectigo's end of clientAuth, as others report it.
pub static SECTIGO_EKU: Source = Source::titled(
    "comparecheapssl.com: Client Authentication EKU removal, Sectigo's dates (secondary source)",
);
/// Let's Encrypt's end of clientAuth.
pub static LETS_ENCRYPT_EKU: Source =
    Source::titled("Let's Encrypt: Ending TLS Client Authentication Certificate Support in 2026");

//! The handshake itself: STARTTLS, versions, ciphers, client certificates.

pub(super) mod client_ca_missing;
pub(super) mod client_certificate_asked;
mod cores;
pub(super) mod starttls_missing;
pub(super) mod version_old;
pub(super) mod xmpp_not_aes256;

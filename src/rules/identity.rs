//! Does the certificate name what the client looks for.

pub(super) mod xmpp_domain_missing;

//! certaudit judges the TLS certificates of a Cisco collaboration deployment as Jabber and Expressway would.

pub mod certificate;

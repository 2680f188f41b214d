//! Self-signed.

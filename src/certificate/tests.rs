//! Certificates made for the unit tests of this folder.

pub(super) mod builder;

//! Can what was sent be read at all.

pub(super) mod malformed;

//! Is it valid now, and for how long.

pub(super) mod expired;

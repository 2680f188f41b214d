//! Can clients in FIPS or Common Criteria mode use it.

pub(super) mod incompatible;

//! Each reason, both sides of each date and release.

//! Skimming.
/// What a lenient reading found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skimmed;

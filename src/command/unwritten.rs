//! Outputs that could not be written, while all others were.

use super::Failure;
use super::failure::together;

/// What went wrong with single outputs of a run, to be told at its end.
#[derive(Debug, Default)]
pub(super) struct Unwritten(Vec<Failure>);

impl Unwritten {
    /// Keeps a failure for the end.
    pub(super) fn note(&mut self, written: Result<(), Failure>) {
        self.0.extend(written.err());
    }

    /// The failures, if there were any.
    pub(super) fn end(self) -> Result<(), Failure> {
        together(self.0)
    }
}

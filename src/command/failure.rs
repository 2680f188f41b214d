//! Why a command could not do its work: exit status 2.

use std::path::PathBuf;

/// Why a command could not do its work. The message says what happened, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The deployment file has faults; they are drawn already.
    #[error("{0}")]
    Deployment(String),
    /// A file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What happened, and what to do.
        reason: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What happened, and what to do.
        reason: String,
    },
    /// A node was asked for that the deployment file does not have.
    #[error("--node {name}: the deployment has no such node; it has {known}")]
    NoSuchNode {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// Standard output cannot be written to.
    #[error("cannot write the report to standard output: {0}")]
    Output(std::io::Error),
    /// Several files could not be read, or several outputs could not be written; all others were.
    #[error("{}", in_lines(.0))]
    Several(Vec<Failure>),
    /// Something about the system.
    #[error("{0}")]
    System(String),
}

/// Those failures as one, if there are any.
pub(super) fn together(mut failures: Vec<Failure>) -> Result<(), Failure> {
    match failures.len() {
        0 => Ok(()),
        1 => Err(failures.remove(0)),
        _ => Err(Failure::Several(failures)),
    }
}

fn in_lines(failures: &[Failure]) -> String {
    let lines: Vec<String> = failures.iter().map(Failure::to_string).collect();
    lines.join("\n")
}

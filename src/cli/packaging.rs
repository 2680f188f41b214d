//! What packagers install beside the program.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::Shell;

/// `certaudit completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell that the script is for
    pub shell: Shell,
}

/// `certaudit man`
#[derive(Debug, Args)]
pub struct Man {
    /// Write certaudit.1 and a page for each command into this directory, instead of certaudit.1 to standard output
    #[arg(short, long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
}

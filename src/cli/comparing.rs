//! What `certaudit diff` takes.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::judging::{FailOn, owner, split_format};
use crate::audit::rule::Owner;
use crate::report::diff::{DIFF_FORMATS, DiffFormat};

const EXIT_STATUS: &str = "\
Exit status:
  0  no finding at or above --fail-on is new, worse or no longer waived
  1  at least one is
  2  could not start: bad usage, or a file that is no JSON report
  3  none is, but the newer report does not know what the older one knew: something required
     is not examined any more, nodes or rules were left out, or the scan was interrupted";

/// `certaudit diff`
#[derive(Debug, Args)]
#[command(after_help = EXIT_STATUS)]
pub struct Diff {
    /// The older report, as `scan -w json=PATH` wrote it, compressed (.zst) or not; "-" is standard input
    pub old: PathBuf,
    /// The newer report; "-" is standard input
    pub new: PathBuf,
    /// What goes to standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = formats())]
    pub format: String,
    /// Also write the difference to a file: FORMAT=PATH; may be repeated
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = format_and_path)]
    pub write: Vec<(String, PathBuf)>,
    /// The least severity of a finding that is new, worse or no longer waived that makes exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,
    /// List, and count for the exit status, only findings that this team usually mends; may be repeated
    #[arg(long = "owner", value_name = "TEAM", value_parser = owner())]
    pub owners: Vec<Owner>,
}

fn formats() -> PossibleValuesParser {
    let value =
        |format: &&'static dyn DiffFormat| PossibleValue::new(format.name()).help(format.purpose());
    PossibleValuesParser::new(DIFF_FORMATS.iter().map(value))
}

fn format_and_path(text: &str) -> Result<(String, PathBuf), String> {
    let known: Vec<&str> = DIFF_FORMATS.iter().map(|format| format.name()).collect();
    split_format(text, &known)
}

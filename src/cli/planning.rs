//! What `certaudit plan` takes.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::judging::{At, moment, split_format};
use crate::report::plan::{PLAN_FORMATS, PlanFormat};

/// `certaudit plan`
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0, or 2 when it could not start")]
pub struct Plan {
    /// The deployment file
    #[arg(default_value = "cluster.toml")]
    pub config: PathBuf,
    /// What goes to standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = formats())]
    pub format: String,
    /// Also write the plan to a file: FORMAT=PATH; may be repeated
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = format_and_path)]
    pub write: Vec<(String, PathBuf)>,
    /// Only certificates of this node; may be repeated
    #[arg(long = "node", value_name = "NAME")]
    pub nodes: Vec<String>,
    /// Order only what is missing in what `probe` or `scan --record` saw; may be repeated
    #[arg(long, value_name = "FILE")]
    pub evidence: Vec<PathBuf>,
    /// Plan as of this moment: RFC 3339 ("2027-01-31T22:00:00Z") or "now" [default: when the evidence was collected, else now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<At>,
}

fn formats() -> PossibleValuesParser {
    let value =
        |format: &&'static dyn PlanFormat| PossibleValue::new(format.name()).help(format.purpose());
    PossibleValuesParser::new(PLAN_FORMATS.iter().map(value))
}

fn format_and_path(text: &str) -> Result<(String, PathBuf), String> {
    let known: Vec<&str> = PLAN_FORMATS.iter().map(|format| format.name()).collect();
    split_format(text, &known)
}

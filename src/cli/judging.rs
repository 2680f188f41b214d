//! Options of every command that judges: which rules, which nodes, which moment, which reports.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::rule_name::RuleName;
use crate::audit::rule::{Owner, Severity};
use crate::report::{FORMATS, Format, parse_moment};

/// What to judge, and where the report goes.
#[derive(Debug, Clone, Args)]
pub struct Judging {
    /// What goes to standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = formats())]
    pub format: String,
    /// Also write a report to a file: FORMAT=PATH; may be repeated. {deployment} in the path gives each of several
    /// deployments a file of its own; a path that ends in .zst is compressed
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = format_and_path)]
    pub write: Vec<(String, PathBuf)>,
    /// The least severity that makes exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,
    /// Only this rule or family ("revocation"); may be repeated
    #[arg(long, value_name = "RULE", value_parser = RuleName::OrFamily, hide_possible_values = true)]
    pub only: Vec<String>,
    /// Not this rule or family; may be repeated
    #[arg(long, value_name = "RULE", value_parser = RuleName::OrFamily, hide_possible_values = true)]
    pub skip: Vec<String>,
    /// List, and count for the exit status, only what this team usually mends; may be repeated. The verdict and who sees
    /// what stay those of everything
    #[arg(long = "owner", value_name = "TEAM", value_parser = owner())]
    pub owners: Vec<Owner>,
    /// Only this node; may be repeated
    #[arg(long = "node", value_name = "NAME")]
    pub nodes: Vec<String>,
    /// Judge as of this moment: RFC 3339 ("2027-01-31T22:00:00Z") or "now" [default: when the evidence was collected]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<At>,
    /// Show what passed, what did not apply and what could not be judged, too
    #[arg(long)]
    pub all: bool,
}

/// The least severity that makes exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Info,
    /// No finding
    Never,
}

/// A moment to judge as of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// This very moment.
    Now,
    /// Unix seconds.
    Moment(i64),
}

impl FailOn {
    /// The severity; `None` for never.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

fn formats() -> PossibleValuesParser {
    let value =
        |format: &&'static dyn Format| PossibleValue::new(format.name()).help(format.purpose());
    PossibleValuesParser::new(FORMATS.iter().map(value))
}

pub(super) fn owner() -> impl TypedValueParser<Value = Owner> {
    let values = Owner::ALL.map(|owner| PossibleValue::new(owner.name()).help(owner.title()));
    PossibleValuesParser::new(values)
        .try_map(|name| Owner::named(&name).ok_or("there is no such team"))
}

fn format_and_path(text: &str) -> Result<(String, PathBuf), String> {
    let known: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
    split_format(text, &known)
}

/// "json=report.json", where the format is one of `known`.
pub(super) fn split_format(text: &str, known: &[&str]) -> Result<(String, PathBuf), String> {
    let (format, path) = text
        .split_once('=')
        .ok_or("write it as FORMAT=PATH, for example json=report.json")?;
    if !known.contains(&format) {
        let known = known.join(", ");
        return Err(format!("there is no format {format:?}; there are {known}"));
    }
    if path.is_empty() {
        return Err(format!("after {format}= comes a path"));
    }
    Ok((format.to_owned(), PathBuf::from(path)))
}

pub(super) fn moment(text: &str) -> Result<At, String> {
    if text == "now" {
        return Ok(At::Now);
    }
    parse_moment(text)
        .map(At::Moment)
        .ok_or_else(|| "write it like 2027-01-31T22:00:00Z, or now".to_owned())
}

//! The command line as types.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::audit::rule::Severity;
use crate::catalog::{CertificateName, Product};
use crate::report::{FORMATS, parse_moment};
use crate::rules::RULES;

const EXIT_STATUS: &str = "\
Exit status:
  0  judged; nothing at or above --fail-on, every required service examined
  1  at least one finding at or above --fail-on
  2  could not start: bad usage, bad deployment file, unreadable input
  3  nothing at or above --fail-on, but something required could not be examined";

/// Will every Jabber client and every Expressway trust the certificates of this Cisco collaboration deployment?
#[derive(Debug, Parser)]
#[command(name = "certaudit", version, after_help = EXIT_STATUS, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to talk.
    #[command(flatten)]
    pub manner: Manner,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Probe every node, judge what it presents, and report
    Scan(Scan),
    /// Only collect: write what every node presents to an evidence file
    Probe(Probe),
    /// Only judge evidence files; touches no network
    Audit(Audit),
    /// Judge certificate files before they are uploaded
    Check(Check),
    /// Scan a small cluster that runs inside this process: needs no network and no file
    Demo(Demo),
    /// List every rule
    Rules(Rules),
    /// Explain one rule: why it matters, how to fix it, who says so
    Explain(Explain),
    /// Print the JSON Schema of a file format
    Schema(Schema),
}

/// How to talk.
#[derive(Debug, Args)]
pub struct Manner {
    /// Say less: no progress, no remarks
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: every service as it is examined
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Colours: NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal that can
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `certaudit scan`
#[derive(Debug, Args)]
pub struct Scan {
    /// The deployment file
    #[arg(default_value = "cluster.toml")]
    pub config: PathBuf,
    /// Keep the evidence, for `certaudit audit`
    #[arg(long, value_name = "PATH")]
    pub record: Option<PathBuf>,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// `certaudit probe`
#[derive(Debug, Args)]
pub struct Probe {
    /// The deployment file
    #[arg(default_value = "cluster.toml")]
    pub config: PathBuf,
    /// Where to write the evidence
    #[arg(short, long, value_name = "EVIDENCE")]
    pub output: PathBuf,
    /// Only this node; may be repeated
    #[arg(long = "node", value_name = "NAME")]
    pub nodes: Vec<String>,
}

/// `certaudit audit`
#[derive(Debug, Args)]
pub struct Audit {
    /// The deployment file
    #[arg(default_value = "cluster.toml")]
    pub config: PathBuf,
    /// What `probe` or `scan --record` wrote; may be repeated (several vantage points, parts of a fleet)
    #[arg(long, required = true, value_name = "FILE")]
    pub evidence: Vec<PathBuf>,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// `certaudit check`
#[derive(Debug, Args)]
pub struct Check {
    /// Certificate files: PEM, DER or PKCS#7; "-" is standard input. CA certificates among them are the chain
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the certificate is for: its name in Certificate Management ("tomcat", "cup-xmpp") [default: https]
    #[arg(long = "as", value_name = "CERTIFICATE", value_parser = certificate_names())]
    pub certificate_name: Option<String>,
    /// The product that will present it [default: the usual one for the certificate]
    #[arg(long, value_parser = products())]
    pub product: Option<String>,
    /// The product's release ("14SU2")
    #[arg(long)]
    pub release: Option<String>,
    /// A host name that clients use; may be repeated
    #[arg(long = "name", value_name = "HOST")]
    pub names: Vec<String>,
    /// A presence domain; may be repeated
    #[arg(long = "xmpp-domain", value_name = "DOMAIN")]
    pub xmpp_domains: Vec<String>,
    /// Roots that the client devices trust besides this machine's; may be repeated
    #[arg(long, value_name = "PEM")]
    pub roots: Vec<PathBuf>,
    /// Intermediates that will be uploaded with it; may be repeated
    #[arg(long, value_name = "PEM")]
    pub intermediates: Vec<PathBuf>,
    /// This machine's roots do not count
    #[arg(long)]
    pub no_system_roots: bool,
    /// Take names, product, release and trust from this deployment file and the node given by --node
    #[arg(long, value_name = "CONFIG", conflicts_with_all = [
        "product", "release", "names", "xmpp_domains", "roots", "intermediates", "no_system_roots"
    ])]
    pub config: Option<PathBuf>,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// `certaudit demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Print the demo's deployment file instead of scanning it
    #[arg(long)]
    pub print_config: bool,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// `certaudit rules`
#[derive(Debug, Args)]
pub struct Rules {
    /// Only this rule or family; may be repeated
    #[arg(value_name = "RULE", value_parser = rule_or_family)]
    pub only: Vec<String>,
}

/// `certaudit explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The rule's name
    #[arg(value_parser = rule_name)]
    pub rule: String,
}

/// `certaudit schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Which file format
    pub of: SchemaOf,
}

/// A file format with a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The deployment file
    Cluster,
    /// The JSON report
    Report,
    /// The evidence file
    Evidence,
}

/// What to judge, and where the report goes.
#[derive(Debug, Args)]
pub struct Judging {
    /// What goes to standard output
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = formats())]
    pub format: String,
    /// Also write a report to a file: FORMAT=PATH; may be repeated
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = format_and_path)]
    pub write: Vec<(String, PathBuf)>,
    /// The least severity that makes exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,
    /// Only this rule or family ("revocation"); may be repeated
    #[arg(long, value_name = "RULE", value_parser = rule_or_family)]
    pub only: Vec<String>,
    /// Not this rule or family; may be repeated
    #[arg(long, value_name = "RULE", value_parser = rule_or_family)]
    pub skip: Vec<String>,
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
    let value = |format: &&'static dyn crate::report::Format| {
        clap::builder::PossibleValue::new(format.name()).help(format.purpose())
    };
    PossibleValuesParser::new(FORMATS.iter().map(value))
}

fn certificate_names() -> PossibleValuesParser {
    PossibleValuesParser::new(CertificateName::ALL.map(CertificateName::name))
}

fn products() -> PossibleValuesParser {
    PossibleValuesParser::new(Product::ALL.map(Product::name))
}

fn format_and_path(text: &str) -> Result<(String, PathBuf), String> {
    let names = || {
        FORMATS
            .iter()
            .map(|format| format.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (format, path) = text
        .split_once('=')
        .ok_or("write it as FORMAT=PATH, for example json=report.json")?;
    if !FORMATS.iter().any(|known| known.name() == format) {
        return Err(format!(
            "there is no format {format:?}; there are {}",
            names()
        ));
    }
    if path.is_empty() {
        return Err(format!("after {format}= comes a path"));
    }
    Ok((format.to_owned(), PathBuf::from(path)))
}

fn rule_or_family(text: &str) -> Result<String, String> {
    if RULES.iter().any(|rule| rule.is_selected_by(text)) {
        return Ok(text.to_owned());
    }
    let families = RULES.iter().map(|rule| rule.family());
    Err(unknown_rule(
        text,
        RULES.iter().map(|rule| rule.id).chain(families),
    ))
}

fn rule_name(text: &str) -> Result<String, String> {
    if RULES.iter().any(|rule| rule.id == text) {
        return Ok(text.to_owned());
    }
    Err(unknown_rule(text, RULES.iter().map(|rule| rule.id)))
}

fn unknown_rule<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> String {
    let nearest = known
        .map(|name| (strsim::jaro_winkler(text, name), name))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = nearest
        .map(|(_, name)| format!("; did you mean {name:?}?"))
        .unwrap_or_default();
    format!("there is no such rule{hint} `certaudit rules` lists them all")
}

fn moment(text: &str) -> Result<At, String> {
    if text == "now" {
        return Ok(At::Now);
    }
    parse_moment(text)
        .map(At::Moment)
        .ok_or_else(|| "write it like 2027-01-31T22:00:00Z, or now".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::{CommandFactory, Parser};

    use super::{At, Cli, Command};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_unknown_rule_brings_the_nearest_name() {
        let error = Cli::try_parse_from(["certaudit", "explain", "validity-expird"])
            .unwrap_err()
            .to_string();
        assert!(error.contains("validity-expired"), "{error}");
    }

    #[test]
    fn a_family_selects_and_a_moment_is_read() {
        let line = [
            "certaudit",
            "scan",
            "--only",
            "validity",
            "--at",
            "2027-01-31T22:00:00Z",
        ];
        let Command::Scan(scan) = Cli::try_parse_from(line).unwrap().command else {
            return;
        };
        assert_eq!(scan.judging.only, ["validity"]);
        assert_eq!(scan.judging.at, Some(At::Moment(1_801_432_800)));
    }

    #[test]
    fn a_report_file_needs_format_and_path() {
        for wrong in ["report.json", "pdf=x", "json="] {
            assert!(
                Cli::try_parse_from(["certaudit", "scan", "-w", wrong]).is_err(),
                "{wrong}"
            );
        }
    }
}

//! The command line as types.

mod comparing;
mod exit_status;
mod judging;
mod options;
mod packaging;
mod planning;
mod rule_name;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use comparing::Diff;
pub use exit_status::exit_status;
pub use judging::{At, FailOn, Judging};
pub use options::{
    Audit, Baseline, Bearer, Check, Csr, Demo, Discover, Explain, Probe, Redact, Rules, Scan,
    Schema, SchemaOf,
};
pub use packaging::{Completions, Man};
pub use planning::Plan;

/// Will every Jabber client and every Expressway trust the certificates of this Cisco collaboration deployment?
#[derive(Debug, Parser)]
#[command(name = "certaudit", version, after_help = exit_status::help(), max_term_width = 100)]
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
    /// Replace names, addresses, keys and signatures in an evidence file, so that it may be sent to somebody
    Redact(Redact),
    /// Judge certificate files before they are uploaded
    Check(Box<Check>),
    /// Judge signing requests before they are sent to a CA, and what comes back
    Csr(Box<Csr>),
    /// What to order and how to install it: names, usages, CA, upload order, restarts, renewals
    Plan(Plan),
    /// What changed between two JSON reports; fails on new findings only
    Diff(Diff),
    /// Write a deployment file from DNS and the clusters' own server lists
    Discover(Discover),
    /// Scan a small cluster that runs inside this process: needs no network and no file
    Demo(Demo),
    /// List every rule
    Rules(Rules),
    /// Explain one rule: why it matters, how to fix it, who says so
    Explain(Explain),
    /// Print the JSON Schema of a file format
    Schema(Schema),
    /// Print a script that completes commands, options and their values in a shell
    Completions(Completions),
    /// Print the manual page, or write a page for each command
    Man(Man),
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

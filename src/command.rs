//! One file a subcommand: each wires the stages and does the input and output. The only place that reads a clock, files
//! and the terminal.

mod audit;
mod check;
mod collect;
mod completions;
mod csr;
mod demo;
mod diff;
mod discover;
mod explain;
mod failure;
mod fleet;
mod inputs;
mod interrupt;
mod judge;
mod man;
mod named_files;
mod outputs;
mod plan;
mod probe;
mod redact;
mod reports;
mod rules;
mod scan;
mod schema;
mod terminal;
mod unwritten;

use crate::cli::{Cli, Command};

pub use failure::Failure;
pub use terminal::complain;

/// Runs a command and gives the exit status.
pub fn run(cli: &Cli) -> Result<u8, Failure> {
    interrupt::listen();
    let manner = &cli.manner;
    match &cli.command {
        Command::Scan(options) => scan::run(options, manner),
        Command::Probe(options) => probe::run(options, manner),
        Command::Audit(options) => audit::run(options, manner),
        Command::Redact(options) => redact::run(options, manner),
        Command::Check(options) => check::run(options, manner),
        Command::Discover(options) => discover::run(options, manner),
        Command::Diff(options) => diff::run(options, manner),
        Command::Plan(options) => plan::run(options, manner),
        Command::Csr(options) => csr::run(options, manner),
        Command::Demo(options) => demo::run(options, manner),
        Command::Rules(options) => rules::run(options, manner),
        Command::Explain(options) => explain::run(options, manner),
        Command::Schema(options) => schema::run(options),
        Command::Completions(options) => completions::run(options),
        Command::Man(options) => man::run(options),
    }
}

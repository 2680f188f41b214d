//! `certaudit completions`: a script that completes commands, options and their values.

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::Failure;
use super::outputs::to_stdout;
use crate::cli::{Cli, Completions};

/// Runs it.
pub(super) fn run(options: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        options.shell,
        &mut Cli::command(),
        env!("CARGO_PKG_NAME"),
        &mut script,
    );
    if options.shell == Shell::Fish {
        script.extend(values_for_fish(&Cli::command()).into_bytes());
    }
    to_stdout(|sink| sink.write_all(&script))?;
    Ok(0)
}

/// What clap_complete leaves out for fish: the values that stand without an option (`certaudit explain RULE`).
fn values_for_fish(whole: &Command) -> String {
    let mut lines = String::new();
    for command in whole.get_subcommands() {
        let name = command.get_name();
        let values = command
            .get_positionals()
            .flat_map(clap::Arg::get_possible_values);
        for value in values {
            let meaning = value
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let meaning = meaning.replace('\\', "\\\\").replace('\'', "\\'");
            lines += &format!(
                "complete -c certaudit -n \"__fish_certaudit_using_subcommand {name}\" -f -a '{}' -d '{meaning}'\n",
                value.get_name()
            );
        }
    }
    lines
}

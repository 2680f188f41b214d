//! What the exit status of a command means: for `--help` and for the manual.

use clap::Command;

const JUDGED: &[(u8, &str)] = &[
    (
        0,
        "judged; nothing at or above --fail-on, every required service examined",
    ),
    (1, "at least one finding at or above --fail-on"),
    (
        2,
        "could not start: bad usage, bad deployment file, unreadable input; or an output could not be written",
    ),
    (
        3,
        "nothing at or above --fail-on, but readiness is unknown: something required could not be examined, or an error of a presented certificate could not be ruled out for want of evidence",
    ),
];
const COLLECTED: &[(u8, &str)] = &[
    (0, "the evidence was collected, whatever it shows"),
    (
        2,
        "could not start: bad usage, bad deployment file, unreadable input; or the evidence could not be written",
    ),
    (3, "interrupted: the file holds what was seen until then"),
];
const DONE: &[(u8, &str)] = &[
    (0, "done"),
    (
        2,
        "could not be done: bad usage, unreadable input, a place that cannot be written to",
    ),
];

/// Columns of a line of `--help`.
const WIDTH: usize = 98;

/// What each exit status of a command means, the lowest first.
pub fn exit_status(command: &Command) -> &'static [(u8, &'static str)] {
    let judges = |command: &Command| {
        command
            .get_arguments()
            .any(|argument| argument.get_id() == "fail_on")
    };
    if judges(command) || command.get_subcommands().any(judges) {
        JUDGED
    } else if command.get_name() == "probe" {
        COLLECTED
    } else {
        DONE
    }
}

/// The exit status of the commands that judge, for the end of `--help`.
pub(super) fn help() -> String {
    let lines = JUDGED.iter().map(|(status, meaning)| {
        let options = textwrap::Options::new(WIDTH)
            .initial_indent("  ")
            .subsequent_indent("     ");
        textwrap::fill(&format!("{status}  {meaning}"), options) + "\n"
    });
    format!("Exit status:\n{}", lines.collect::<String>().trim_end())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::CommandFactory as _;

    use super::{COLLECTED, DONE, JUDGED, exit_status, help};
    use crate::cli::Cli;

    #[test]
    fn every_command_has_the_exit_status_of_its_kind() {
        let whole = Cli::command();
        let of = |name: &str| exit_status(whole.find_subcommand(name).unwrap());
        assert_eq!(exit_status(&whole), JUDGED);
        for name in ["scan", "audit", "check", "csr", "demo"] {
            assert_eq!(of(name), JUDGED, "{name}");
        }
        assert_eq!(of("probe"), COLLECTED);
        for name in ["plan", "discover", "schema", "man"] {
            assert_eq!(of(name), DONE, "{name}");
        }
    }

    #[test]
    fn the_help_is_narrow() {
        assert!(help().lines().all(|line| line.len() <= 98), "{}", help());
        assert_eq!(
            help()
                .lines()
                .filter(|line| !line.starts_with("     "))
                .count(),
            5
        );
    }
}

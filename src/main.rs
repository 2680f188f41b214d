//! The command: exit status and the last error message; nothing else.

use std::process::ExitCode;

use certaudit::cli::Cli;
use certaudit::command;
use clap::Parser as _;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match command::run(&cli) {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            command::complain(&cli.manner, &failure);
            ExitCode::from(2)
        }
    }
}

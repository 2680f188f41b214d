//! `certaudit man`: the manual, made from the command line.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man as Page;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::Failure;
use super::outputs::{Draft, to_stdout};
use crate::cli::{Cli, Man, exit_status};

const FILES: &[(&str, &str)] = &[(
    "cluster.toml",
    "the deployment file, when no other is named; `certaudit demo --print-config` prints one to start from",
)];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("NO_COLOR", "no colours, unless --color says otherwise"),
    (
        "CLICOLOR_FORCE",
        "colours even where standard output is no terminal",
    ),
    (
        "COLUMNS",
        "the width of the table where standard output is no terminal; 60 to 160",
    ),
    (
        "http_proxy, no_proxy",
        "the proxy for fetching CRLs, OCSP answers and issuers; in small letters or capitals",
    ),
    (
        "SSL_CERT_FILE, SSL_CERT_DIR",
        "roots to take in the place of this machine's own store",
    ),
];

const EXAMPLES: &[(&str, &str)] = &[
    (
        "certaudit demo",
        "a small cluster inside the process, scanned for real: no network, no file",
    ),
    (
        "certaudit scan cluster.toml --record evidence.json -w html=report.html",
        "the report on the terminal and in a file, and the evidence to judge again",
    ),
    (
        "certaudit audit cluster.toml --evidence evidence.json --at 2027-01-31T22:00:00Z",
        "the same evidence as of another moment",
    ),
];

/// How an apostrophe is written, for groff and for others.
const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Runs it.
pub(super) fn run(options: &Man) -> Result<u8, Failure> {
    let mut whole = Cli::command().disable_help_subcommand(true);
    whole.build();
    match &options.output {
        Some(directory) => write_pages(&whole, directory)?,
        None => to_stdout(|sink| page(&whole, &whole, sink))?,
    }
    Ok(0)
}

fn write_pages(whole: &Command, directory: &Path) -> Result<(), Failure> {
    fs::create_dir_all(directory).map_err(|error| Failure::Unwritable {
        path: directory.to_owned(),
        reason: error.to_string(),
    })?;
    for command in commands(whole) {
        let name = format!("{}.1", title(command));
        Draft::create(&directory.join(name))?.finish(|sink| page(whole, command, sink))?;
    }
    Ok(())
}

fn commands(whole: &Command) -> impl Iterator<Item = &Command> {
    std::iter::once(whole).chain(whole.get_subcommands())
}

/// "certaudit-scan".
fn title(command: &Command) -> &str {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

fn page(whole: &Command, command: &Command, sink: &mut dyn Write) -> io::Result<()> {
    let mut body = Vec::new();
    let page = Page::new(command.clone());
    page.render_name_section(&mut body)?;
    page.render_synopsis_section(&mut body)?;
    page.render_description_section(&mut body)?;
    page.render_options_section(&mut body)?;
    if title(whole) == title(command) {
        page.render_subcommands_section(&mut body)?;
    }
    further_sections(whole, command).to_writer(&mut body)?;
    // The title line is our own: clap_mangen leaves an empty date out, and what follows would stand in its place.
    let (title, version) = (
        title(command).replace('-', "\\-"),
        env!("CARGO_PKG_VERSION"),
    );
    writeln!(
        sink,
        "{APOSTROPHE}.TH {title} 1 \"\" \"certaudit {version}\" \"certaudit manual\""
    )?;
    sink.write_all(tidy(&String::from_utf8_lossy(&body)).as_bytes())
}

/// What stands before every part that is rendered: once is enough. And blank lines are a request of their own.
fn tidy(body: &str) -> String {
    body.replace(APOSTROPHE, "")
        .replace(".br\n\n.br\n", ".sp\n")
}

fn further_sections(whole: &Command, command: &Command) -> Roff {
    let mut rest = Roff::default();
    let statuses = exit_status(command).iter();
    let statuses = statuses.map(|(status, meaning)| (status.to_string(), *meaning));
    list(&mut rest, "EXIT STATUS", statuses);
    if title(whole) == title(command) {
        for (heading, entries) in [
            ("FILES", FILES),
            ("ENVIRONMENT", ENVIRONMENT),
            ("EXAMPLES", EXAMPLES),
        ] {
            let entries = entries
                .iter()
                .map(|(name, text)| ((*name).to_owned(), *text));
            list(&mut rest, heading, entries);
        }
    }
    see_also(&mut rest, whole, command);
    rest
}

fn list<'a>(roff: &mut Roff, heading: &str, entries: impl Iterator<Item = (String, &'a str)>) {
    roff.control("SH", [heading]);
    for (name, text) in entries {
        roff.control("TP", []);
        roff.text([bold(name)]);
        roff.text([roman(text)]);
    }
}

fn see_also(roff: &mut Roff, whole: &Command, command: &Command) {
    roff.control("SH", ["SEE ALSO"]);
    let others: Vec<&Command> = commands(whole)
        .filter(|other| title(other) != title(command))
        .collect();
    let mut line: Vec<Inline> = Vec::new();
    for (position, other) in others.iter().enumerate() {
        let end = if position + 1 == others.len() {
            ""
        } else {
            ", "
        };
        line.extend([bold(title(other)), roman(format!("(1){end}"))]);
    }
    roff.text(line);
}

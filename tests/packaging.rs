//! What packagers install beside the program: completion scripts that complete, manual pages that are clean.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use certaudit::rules::RULES;
use support::certaudit::run;
use support::{process, program};
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_secs(60);

fn printed(arguments: &[&str]) -> String {
    let run = run(Path::new("."), arguments);
    assert_eq!((run.status, &*run.stderr), (0, ""), "{arguments:?}");
    String::from_utf8(run.stdout).unwrap()
}

/// The script of a shell, in a file.
fn script(folder: &TempDir, shell: &str) -> String {
    let file = folder.path().join(shell);
    fs::write(&file, printed(&["completions", shell])).unwrap();
    file.to_str().unwrap().to_owned()
}

fn installed(name: &str, package: &str) -> Option<PathBuf> {
    program::found(name, package, program::command(name))
}

/// What a program writes to standard output; it must succeed and say nothing else.
fn output(command: &mut Command) -> String {
    let output = process::run(command, LIMIT);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && stderr.is_empty(),
        "{command:?}: {stderr}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Lines that are typed before the tabulator key, with what must then be offered.
const TYPED: &[(&str, &[&str])] = &[
    ("", &["scan", "plan", "completions", "man"]),
    (
        "explain validity-ex",
        &["validity-expired", "validity-expiring"],
    ),
    (
        "scan --only revocation",
        &["revocation", "revocation-absent"],
    ),
    ("audit --skip tls-v", &["tls-version-old"]),
    ("check --product unity", &["unity-connection"]),
    ("check --as cup-", &["cup-xmpp", "cup-xmpp-s2s"]),
    ("scan --owner p", &["pki"]),
    ("scan --format t", &["table"]),
    ("plan --format i", &["ics"]),
    ("scan --fail-on w", &["warning"]),
    ("schema e", &["evidence"]),
    ("completions po", &["powershell"]),
];

#[test]
fn every_shell_has_a_script_with_every_rule() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&["completions", shell]);
        assert_eq!(script, printed(&["completions", shell]));
        // PowerShell's and elvish's scripts complete commands and options only.
        if !["elvish", "powershell"].contains(&shell) {
            for rule in RULES {
                assert!(script.contains(rule.id), "{shell}: {}", rule.id);
            }
        }
        assert!(script.contains("discover"), "{shell}");
    }
    let refused = run(Path::new("."), &["completions", "csh"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("powershell"), "{}", refused.stderr);
}

#[test]
fn bash_completes() {
    let Some(bash) = installed("bash", "bash") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = script(&folder, "bash");
    output(Command::new(&bash).args(["-n", &script]));
    for (typed, wanted) in TYPED {
        let program = r#"source "$1"
            read -ra COMP_WORDS <<<"certaudit $2"
            [[ $2 == *" " || -z $2 ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _certaudit certaudit "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\n' "${COMPREPLY[@]}""#;
        let arguments = ["--norc", "-c", program, "bash", &script, typed];
        offers(typed, wanted, &output(Command::new(&bash).args(arguments)));
    }
}

#[test]
fn fish_completes() {
    let Some(fish) = installed("fish", "fish") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = script(&folder, "fish");
    output(Command::new(&fish).args(["--no-execute", &script]));
    for (typed, wanted) in TYPED {
        let program = "source $argv[1]; complete -C \"certaudit $argv[2]\"";
        let mut command = Command::new(&fish);
        command.args(["--no-config", "-c", program, &script, typed]);
        offers(typed, wanted, &output(command.env("HOME", folder.path())));
    }
}

#[test]
fn zsh_takes_its_script() {
    let Some(zsh) = installed("zsh", "zsh") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    output(Command::new(&zsh).args(["-f", "-n", &script(&folder, "zsh")]));
}

/// The offers are lines, in fish with a meaning behind a tabulator.
fn offers(typed: &str, wanted: &[&str], offered: &str) {
    let words: Vec<&str> = offered
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    for word in wanted {
        assert!(
            words.contains(word),
            "{typed:?} offers {words:?}, not {word}"
        );
    }
    let begun = typed.rsplit(' ').next().unwrap();
    assert!(
        words.iter().all(|word| word.starts_with(begun)),
        "{typed:?} offers {words:?}"
    );
}

/// The manual, a page a file.
fn pages() -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("share/man/man1");
    printed(&["man", "-o", place.to_str().unwrap()]);
    let mut pages: Vec<PathBuf> = fs::read_dir(place)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.sort();
    (folder, pages)
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let (_folder, pages) = pages();
    let help = printed(&["--help"]);
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap().lines();
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !name.is_empty());
    let mut wanted: Vec<String> = names
        .filter(|name| *name != "help")
        .map(|name| format!("certaudit-{name}.1"))
        .collect();
    wanted.push("certaudit.1".to_owned());
    wanted.sort();
    let seen: Vec<String> = pages
        .iter()
        .map(|page| page.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(wanted.len() > 10);
    assert_eq!(seen, wanted);
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        for section in [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "\"EXIT STATUS\"",
            "\"SEE ALSO\"",
        ] {
            assert!(
                text.contains(&format!(".SH {section}\n")),
                "{page:?}: {section}"
            );
        }
        let header = format!(
            "\"certaudit {}\" \"certaudit manual\"\n",
            env!("CARGO_PKG_VERSION")
        );
        assert!(text.contains(&header), "{page:?}");
    }
    let whole = fs::read_to_string(pages.last().unwrap()).unwrap();
    assert_eq!(
        whole,
        printed(&["man"]),
        "standard output has the main page"
    );
}

#[test]
fn a_place_that_cannot_hold_the_manual_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let refused = run(folder.path(), &["man", "-o", "file/man1"]);
    assert_eq!((refused.status, refused.stdout.len()), (2, 0));
    assert!(refused.stderr.contains("file/man1"), "{}", refused.stderr);
}

#[test]
fn groff_has_nothing_to_say_about_the_manual() {
    let Some(groff) = installed("groff", "groff") else {
        return;
    };
    let (_folder, pages) = pages();
    for page in &pages {
        let mut command = Command::new(&groff);
        let text = output(
            command
                .args(["-ww", "-man", "-Tascii", "-P-c", "-P-b", "-P-u"])
                .arg(page),
        );
        assert!(text.contains("EXIT STATUS"), "{page:?}");
    }
}

#[test]
fn mandoc_has_nothing_to_say_about_the_manual() {
    let Some(mandoc) = installed("mandoc", "mandoc") else {
        return;
    };
    let (_folder, pages) = pages();
    for page in &pages {
        let mut command = Command::new(&mandoc);
        command.args(["-T", "lint", "-W", "warning"]).arg(page);
        let lint = String::from_utf8(process::run(&mut command, LIMIT).stdout).unwrap();
        // The pages are made by the program, and the same program makes the same bytes: they have no date.
        let faults: Vec<&str> = lint
            .lines()
            .filter(|line| !line.contains("missing date"))
            .collect();
        assert_eq!(faults, [""; 0], "{}", faults.join("\n"));
    }
}

//! Files that are no files, too large, too deep or full of nonsense, wherever one is named: a message with the file's name,
//! exit status 2, nothing on standard output, soon and with little memory.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Far more than it takes, for busy machines; a FIFO that is waited for would take for ever.
const LIMIT: Duration = Duration::from_secs(60);
/// KiB of address space for a run: less than the largest file.
const MEMORY: u32 = 768 * 1024;

/// The command lines in which `BAD` is the file.
const PLACES: &[&str] = &[
    "scan BAD",
    "plan BAD",
    "audit smallest.toml --evidence BAD",
    "plan smallest.toml --evidence BAD",
    "check BAD --no-fetch",
    "check leaf.pem BAD --no-fetch",
    "check leaf.pem --no-fetch --no-system-roots --roots BAD",
    "check leaf.pem --no-fetch --no-system-roots --intermediates BAD",
    "check leaf.pem --no-fetch --no-system-roots --crl BAD",
    "check leaf.pem --no-fetch --no-system-roots --ocsp BAD",
    "check leaf.pem --config BAD --node imp1",
    "csr BAD --no-fetch",
    "csr bare.pem --issued BAD --no-fetch",
    "scan client.toml",
    "scan key.toml",
    "discover acme.test --roots BAD",
    "scan roots.toml",
    "audit roots.toml --evidence leaf.pem",
    "diff BAD leaf.pem",
    "redact BAD -o out.json",
];

/// Good files, and two deployment files that name `BAD` as client certificate and as its key.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in [
        "certificates/leaf.pem",
        "requests/bare.pem",
        "deployment/smallest.toml",
    ] {
        let name = Path::new(file).file_name().unwrap();
        fs::copy(Path::new("fixtures").join(file), folder.path().join(name)).unwrap();
    }
    for (file, chain, key) in [
        ("client.toml", "BAD", "leaf.pem"),
        ("key.toml", "leaf.pem", "BAD"),
    ] {
        let text = format!(
            "name = 'A'\ndomain = 'a.test'\n[trust]\nsystem = false\n[probe]\nclient_certificate = {{ chain = '{chain}', \
             key = '{key}' }}\n[[node]]\nproduct = 'cucm'\naddress = 'a.test'\nconnect = '127.0.0.1'\n\
             services = [{{ service = 'tomcat', port = 1 }}]\n"
        );
        fs::write(folder.path().join(file), text).unwrap();
    }
    let text = "name = 'A'\ndomain = 'a.test'\n[trust]\nsystem = false\nroots = ['BAD']\n\
                [[node]]\nproduct = 'cucm'\naddress = 'a.test'\n";
    fs::write(folder.path().join("roots.toml"), text).unwrap();
    folder
}

/// Runs the command in `folder` with bounded memory and time.
fn run(folder: &TempDir, line: &str) -> Output {
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {MEMORY}; exec \"$@\"");
    command
        .args([
            "-c",
            &script,
            "sh",
            "timeout",
            "60",
            env!("CARGO_BIN_EXE_certaudit"),
        ])
        .args(line.split(' '))
        .current_dir(folder.path())
        .stdin(Stdio::null());
    let start = Instant::now();
    let output = command.output().unwrap();
    assert!(start.elapsed() < LIMIT, "{line}: {:?}", start.elapsed());
    output
}

/// Every place refuses the file, by its name and with one of the words.
fn refused_everywhere(folder: &TempDir, words: &[&str]) {
    for line in PLACES {
        refused(folder, line, "BAD", words);
    }
}

#[track_caller]
fn refused(folder: &TempDir, line: &str, name: &str, words: &[&str]) {
    let output = run(folder, line);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{line}: {stderr}");
    assert!(output.stdout.is_empty(), "{line} wrote to standard output");
    // Of a pair the message names the chain.
    let named = stderr.contains(name) || (line.contains("key.toml") && stderr.contains("leaf.pem"));
    assert!(named, "{line} does not name the file: {stderr}");
    assert!(
        words.is_empty() || words.iter().any(|word| stderr.contains(word)),
        "{line}: none of {words:?} in: {stderr}"
    );
    assert!(
        stderr.len() < 4096,
        "{line}: {} bytes of message",
        stderr.len()
    );
}

#[test]
fn a_directory_is_refused() {
    let folder = folder();
    fs::create_dir(folder.path().join("BAD")).unwrap();
    refused_everywhere(&folder, &["it is a directory"]);
}

#[test]
fn a_pipe_is_refused_and_never_waited_for() {
    let folder = folder();
    let made = Command::new("mkfifo")
        .arg(folder.path().join("BAD"))
        .status();
    assert!(made.unwrap().success());
    refused_everywhere(&folder, &["no regular file"]);
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    refused_everywhere(&folder(), &["No such file", "no such file"]);
}

#[test]
fn a_gibibyte_is_refused_without_being_read() {
    let folder = folder();
    let file = File::create(folder.path().join("BAD")).unwrap();
    file.set_len(1 << 30).unwrap();
    refused_everywhere(&folder, &["larger than", "not UTF-8", "line 1, column 1"]);
}

#[test]
fn bytes_that_are_no_text_and_nothing_else_are_refused() {
    let folder = folder();
    fs::write(folder.path().join("BAD"), b"caf\xe9 \x1b]0;owned\x07").unwrap();
    refused_everywhere(&folder, &[]);
}

#[test]
fn an_empty_file_is_refused() {
    let folder = folder();
    fs::write(folder.path().join("BAD"), b"").unwrap();
    refused_everywhere(&folder, &[]);
}

#[test]
fn what_is_nested_without_end_is_refused() {
    let folder = folder();
    for text in [
        "[".repeat(200_000),
        "{\"schema\":".repeat(100_000),
        "a = ".to_owned() + &"[".repeat(100_000),
        "a.".repeat(100_000) + "a = 1",
    ] {
        fs::write(folder.path().join("BAD"), text).unwrap();
        refused_everywhere(&folder, &[]);
    }
}

/// A SEQUENCE in a SEQUENCE in a SEQUENCE.
fn deep_der(levels: u32) -> Vec<u8> {
    // Built from the inside, back to front.
    let mut reversed: Vec<u8> = Vec::new();
    for _ in 0..levels {
        let length = u32::try_from(reversed.len()).unwrap().to_be_bytes();
        reversed.extend(length.iter().rev());
        reversed.extend([0x84, 0x30]);
    }
    reversed.reverse();
    reversed
}

/// As a certificate it is one that cannot be decoded, which is a finding; in every other place it is refused.
#[test]
fn der_that_is_nested_without_end_is_refused_or_malformed() {
    let folder = folder();
    fs::write(folder.path().join("BAD"), deep_der(100_000)).unwrap();
    for line in PLACES {
        if line.starts_with("check BAD")
            || line.starts_with("check leaf.pem BAD")
            || line.contains("--issued")
        {
            let output = run(&folder, line);
            assert_eq!(output.status.code(), Some(1), "{line}");
            assert!(
                String::from_utf8_lossy(&output.stdout).contains("certificate-malformed"),
                "{line}"
            );
        } else if !line.contains("--intermediates") {
            refused(&folder, line, "BAD", &[]);
        }
    }
}

#[test]
fn thousands_of_certificates_are_refused_soon() {
    let folder = folder();
    let number = |count: u32| {
        let block = |number: u32| {
            let hex = number.to_be_bytes();
            let der = [&[0x30, 4][..], &hex].concat();
            certaudit::certificate::container::pem(&der)
        };
        (0..count).map(block).collect::<String>()
    };
    fs::write(folder.path().join("BAD"), number(20_000)).unwrap();
    for line in [
        "check BAD --no-fetch",
        "csr bare.pem --issued BAD --no-fetch",
    ] {
        refused(&folder, line, "BAD", &["more than 1000 certificates"]);
    }
    let requests = number(20_000).replace("CERTIFICATE-", "CERTIFICATE REQUEST-");
    fs::write(folder.path().join("BAD"), requests).unwrap();
    refused(
        &folder,
        "csr BAD --no-fetch",
        "BAD",
        &["more than 1000 requests"],
    );
}

#[test]
fn standard_input_has_the_same_limit_as_a_file() {
    let folder = folder();
    let big = folder.path().join("big");
    File::create(&big).unwrap().set_len(17 << 20).unwrap();
    for line in [["check", "-"], ["csr", "-"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_certaudit"))
            .args(line)
            .arg("--no-fetch")
            .stdin(File::open(&big).unwrap())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(
            stderr.contains("standard input") && stderr.contains("larger than 16 MiB"),
            "{stderr}"
        );
    }
}

/// Root may read everything, so the command is then run as nobody, where setpriv can do that.
#[test]
fn a_file_without_permission_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let bad = folder.path().join("BAD");
    fs::write(&bad, "secret").unwrap();
    fs::set_permissions(&bad, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&bad).is_err() {
        refused_everywhere(&folder, &["ermission denied"]);
        return;
    }
    // Everybody may come in, and run a copy of the program: the build's own folder may be closed to others.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("certaudit");
    fs::copy(env!("CARGO_BIN_EXE_certaudit"), &program).unwrap();
    for line in PLACES {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command
            .arg(&program)
            .args(line.split(' '))
            .current_dir(folder.path());
        let Ok(output) = command.output() else {
            use std::io::Write as _;
            let _closed = writeln!(
                std::io::stderr(),
                "skipped: as root, and setpriv is not installed"
            );
            return;
        };
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}: {stderr}");
        assert!(
            stderr.contains("BAD") && stderr.contains("ermission denied"),
            "{line}: {stderr}"
        );
    }
}

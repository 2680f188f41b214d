//! What fuzzing found, and some of its oddest inputs (`fixtures/fuzz/<target>/`), through the functions of the targets; and random
//! damage for those parts that no unit test damages: rules, formats, redaction, comparison, a server's first words.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "fuzz/checks.rs"]
mod checks;
#[allow(dead_code, reason = "of the two ways to make cases one is used here")]
#[path = "../src/certificate/testing.rs"]
mod testing;

use std::fs;
use std::path::{Path, PathBuf};

use certaudit::certificate::container::certificates;
use checks::CHECKS;
use testing::damage;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_kept_input_is_taken_as_its_target_takes_it() {
    for folder in files(Path::new("fixtures/fuzz")) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "README.md" {
            continue;
        }
        let check = CHECKS.iter().find(|(target, _)| *target == name);
        let (_, check) = check.unwrap_or_else(|| panic!("{name} is no target of tests/fuzz"));
        for file in files(&folder) {
            check(&fs::read(file).unwrap());
        }
    }
}

#[test]
fn every_target_is_built_run_and_has_kept_inputs() {
    let manifest = fs::read_to_string("tests/fuzz/Cargo.toml").unwrap();
    let script = fs::read_to_string("tests/fuzz/run").unwrap();
    let guide = fs::read_to_string("tests/fuzz/README.md").unwrap();
    for (name, _) in CHECKS {
        assert!(
            manifest.contains(&format!("\nname = \"{name}\"\n")),
            "{name} is not in Cargo.toml"
        );
        assert!(
            script.contains(&format!("[{name}]=")),
            "{name} is not in `run`"
        );
        assert!(
            guide.contains(&format!("`{name}`")),
            "{name} is not in README.md"
        );
        let target = fs::read_to_string(format!("tests/fuzz/targets/{name}.rs")).unwrap();
        assert!(
            target.contains(&format!("certaudit_fuzz::{name}(bytes)")),
            "{target}"
        );
        assert!(!files(&Path::new("fixtures/fuzz").join(name)).is_empty());
    }
    assert_eq!(files(Path::new("tests/fuzz/targets")).len(), CHECKS.len());
}

/// DER of a file of certificates.
fn ders(file: &str) -> Vec<Vec<u8>> {
    certificates(&fs::read(Path::new("fixtures").join(file)).unwrap()).unwrap()
}

fn bytes(file: &str) -> Vec<u8> {
    fs::read(Path::new("fixtures").join(file)).unwrap()
}

/// What a server shows: chains, each with a CRL or an OCSP answer behind it. No RSA key that has signed something is among
/// them: redaction makes a new one for each.
fn shown() -> Vec<Vec<u8>> {
    let good = [ders("revocation/good.pem"), ders("revocation/issuer.pem")]
        .concat()
        .concat();
    let answered = |file: &str| [&good[..], &bytes(file)].concat();
    let single = ["leaf", "secp256k1", "ed25519", "p521-sha512", "ca-p384"];
    let single = single.map(|name| ders(&format!("certificates/{name}.pem")).concat());
    let answers = [
        "good.ors",
        "delegate.ors",
        "several.ors",
        "full.crl",
        "reasons.crl",
    ];
    let answers = answers.map(|name| answered(&format!("revocation/{name}")));
    [&single[..], &answers[..]].concat()
}

#[test]
fn no_rule_and_no_format_fails_on_damaged_evidence() {
    for bytes in &shown() {
        checks::audit(bytes);
    }
    damage(150, &shown(), |_, bytes| checks::audit(bytes));
}

#[test]
fn damaged_evidence_is_redacted() {
    for bytes in &shown() {
        checks::redact(bytes);
    }
    damage(300, &shown(), |_, bytes| checks::redact(bytes));
}

#[test]
fn damaged_reports_are_compared_or_refused() {
    let text = fs::read_to_string("fixtures/scenarios/half-silent/expected.json").unwrap();
    let whole = text
        .split("exit status")
        .next()
        .unwrap()
        .trim_end()
        .to_owned();
    checks::report(whole.as_bytes());
    damage(300, &[whole.into_bytes()], |_, bytes| checks::report(bytes));
}

#[test]
fn damaged_compressed_evidence_is_read_or_refused() {
    let text = bytes("scenarios/half-silent/evidence.json");
    let packed = zstd::encode_all(&text[..], 3).unwrap();
    checks::evidence(&packed);
    damage(300, &[packed], |_, bytes| checks::evidence(bytes));
}

/// Records of TLS 1.2 and 1.0 with an alert, a ServerHello, a chain and the end.
#[test]
fn damaged_first_words_of_a_server_are_an_observation() {
    let leaf = ders("certificates/leaf.pem").concat();
    let seeds = [
        records(3, &leaf),
        records(1, &leaf),
        b"\x15\x03\x03\0\x02\x02\x28".to_vec(),
    ];
    for said in &seeds {
        checks::conversation(said);
    }
    damage(300, &seeds, |_, said| checks::conversation(said));
}

/// ServerHello (RSA with AES-128), Certificate and ServerHelloDone, each in a record of its own.
fn records(minor: u8, leaf: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_be_bytes()[1..].to_vec();
    let hello = [&[3, minor][..], &[7; 32], &[0, 0x00, 0x2f, 0]].concat();
    let list = [length(leaf), leaf.to_vec()].concat();
    let chain = [length(&list), list].concat();
    let record = |(kind, body): (u8, &[u8])| {
        let message = [vec![kind], length(body), body.to_vec()].concat();
        [vec![22, 3, minor], length(&message)[1..].to_vec(), message].concat()
    };
    [(2, &hello[..]), (11, &chain[..]), (14, &[][..])]
        .map(record)
        .concat()
}

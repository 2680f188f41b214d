//! The public x509-limbo suite (<https://x509-limbo.com>, Apache-2.0) through `certaudit check`, case by case.
//!
//! It is read from beside the repository and never committed. Where it is absent the test says that it was skipped, or
//! fails where `CERTAUDIT_INTEROP=required`; `CERTAUDIT_LIMBO` names another place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::Deserialize;
use support::certaudit;
use support::program::found;

const SUITE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../shared/x509-limbo-small.json.xz"
);
const DEVIATIONS: &str = include_str!("limbo/deviations.toml");

/// Features of cases that are not run. `has-crl`: these rules judge no CRL; OpenSSL's CRLs are judged in the tests of
/// revocation. `max-chain-depth`: there is no option for it, as no client of Jabber's has one.
const OUT_OF_SCOPE: [&str; 2] = ["has-crl", "max-chain-depth"];

/// What a TLS library decides about a chain. Left out: `naming`, as it refuses every address for a server name, and
/// families about Cisco's products, for which these certificates were not made.
const FAMILIES: [&str; 5] = ["chain", "validity", "key", "signature", "certificate"];
/// The rest of that for servers; the suite's clients have e-mail addresses for names and clientAuth for a purpose.
const FAMILIES_OF_SERVERS: [&str; 2] = ["identity", "usage"];

/// For cases that are good at any time: within the validity of all of them.
const ANY_TIME: &str = "2026-03-15T00:00:00Z";

#[derive(Deserialize)]
struct Suite {
    testcases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    features: Vec<String>,
    validation_kind: String,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    validation_time: Option<String>,
    expected_result: String,
    expected_peer_name: Option<PeerName>,
}

#[derive(Deserialize)]
struct PeerName {
    value: String,
}

/// What `check` makes of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Trusted,
    Refused,
    /// Not called trusted: something could not be judged.
    InDoubt,
}

#[test]
fn every_case_is_right_or_a_deviation_with_a_reason() {
    let place = env::var_os("CERTAUDIT_LIMBO").map_or_else(|| PathBuf::from(SUITE), PathBuf::from);
    let wanted = place.display().to_string();
    let Some(packed) = found(
        &wanted,
        "nothing: it comes from C2SP/x509-limbo",
        fs::read(&place).ok(),
    ) else {
        return;
    };
    let suite = unpack(&packed);
    let deviations: BTreeMap<String, String> = toml::from_str(DEVIATIONS).unwrap();
    let (outside, cases): (Vec<&Case>, Vec<&Case>) = suite
        .testcases
        .iter()
        .partition(|case| case.is_out_of_scope());

    let verdicts: Vec<_> = cases.iter().map(|case| (*case, case.judge())).collect();

    let right = verdicts
        .iter()
        .filter(|(case, verdict)| case.is_right(*verdict));
    let in_doubt = right
        .clone()
        .filter(|(_, verdict)| *verdict == Verdict::InDoubt);
    let score = format!(
        "x509-limbo: right in {} of {} cases ({} of them in doubt), {} out of scope",
        right.clone().count(),
        cases.len(),
        in_doubt.count(),
        outside.len()
    );
    // Not `eprintln`: the test harness would keep that to itself.
    let _closed = writeln!(io::stderr(), "{score}");
    assert_eq!(surprises(&verdicts, &deviations), [""; 0], "{score}");
}

/// Wrong without a reason, a reason for what is right or does not exist, and an empty one.
fn surprises(verdicts: &[(&Case, Verdict)], deviations: &BTreeMap<String, String>) -> Vec<String> {
    let unlisted = verdicts
        .iter()
        .filter(|(case, verdict)| !case.is_right(*verdict) && !deviations.contains_key(&case.id))
        .map(|(case, verdict)| {
            let (id, expected) = (&case.id, &case.expected_result);
            format!("{id}: {expected} expected, and it is {verdict:?}: put it right, or say why in limbo/deviations.toml")
        });
    let idle = deviations.iter().filter_map(|(id, reason)| {
        let listed = verdicts.iter().find(|(case, _)| case.id == *id);
        match listed {
            None => Some(format!(
                "{id}: listed in limbo/deviations.toml, and no case that is run"
            )),
            Some((case, verdict)) if case.is_right(*verdict) => Some(format!(
                "{id}: is right now: take it out of limbo/deviations.toml"
            )),
            Some(_) if reason.trim().is_empty() => Some(format!("{id}: say why")),
            Some(_) => None,
        }
    });
    unlisted.chain(idle).collect()
}

fn unpack(packed: &[u8]) -> Suite {
    let mut json = Vec::new();
    lzma_rs::xz_decompress(&mut io::Cursor::new(packed), &mut json).unwrap();
    serde_json::from_slice(&json).unwrap()
}

impl Case {
    fn is_out_of_scope(&self) -> bool {
        self.features
            .iter()
            .any(|feature| OUT_OF_SCOPE.contains(&feature.as_str()))
    }

    fn is_right(&self, verdict: Verdict) -> bool {
        match self.expected_result.as_str() {
            "SUCCESS" => verdict == Verdict::Trusted,
            "FAILURE" => verdict != Verdict::Trusted,
            other => panic!("{}: expected_result {other}", self.id),
        }
    }

    fn judge(&self) -> Verdict {
        let directory = tempfile::tempdir().unwrap();
        let run = certaudit::run(directory.path(), &self.arguments(directory.path()));
        match run.status {
            0 => Verdict::Trusted,
            1 => Verdict::Refused,
            3 => Verdict::InDoubt,
            status => panic!("{}: status {status}: {}", self.id, run.stderr),
        }
    }

    /// Writes the files into `directory`, and names them.
    fn arguments(&self, directory: &Path) -> Vec<&str> {
        let mut arguments = vec!["check", "leaf.pem", "--as", "https", "--format", "json"];
        fs::write(directory.join("leaf.pem"), &self.peer_certificate).unwrap();
        fs::write(directory.join("roots.pem"), self.trusted_certs.join("\n")).unwrap();
        arguments.extend(["--no-system-roots", "--roots", "roots.pem"]);
        if !self.untrusted_intermediates.is_empty() {
            let others = self.untrusted_intermediates.join("\n");
            fs::write(directory.join("others.pem"), others).unwrap();
            arguments.extend(["--intermediates", "others.pem"]);
        }
        if let Some(name) = &self.expected_peer_name {
            arguments.extend(["--name", &name.value]);
        }
        let of_servers: &[&str] = match self.validation_kind.as_str() {
            "SERVER" => &FAMILIES_OF_SERVERS,
            _ => &[],
        };
        arguments.extend(
            FAMILIES
                .iter()
                .chain(of_servers)
                .flat_map(|family| ["--only", family]),
        );
        let at = self.validation_time.as_deref().unwrap_or(ANY_TIME);
        arguments.extend(["--at", at]);
        arguments
    }
}

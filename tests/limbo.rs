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

const SUITE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../shared/x509-limbo-small.json.xz"
);
const DEVIATIONS: &str = include_str!("limbo/deviations.toml");

/// Features of cases that are not run: nobody can set a longest chain, in Jabber neither.
const OUT_OF_SCOPE: [&str; 1] = ["max-chain-depth"];

/// What a TLS library decides about a chain. Left out: `naming`, as it refuses every address for a server name, and
/// families about Cisco's products, for which these certificates were not made.
const FAMILIES: [&str; 5] = ["chain", "validity", "key", "signature", "certificate"];
/// The rest of that for servers; the suite's clients have e-mail addresses for names and clientAuth for a purpose.
const FAMILIES_OF_SERVERS: [&str; 2] = ["identity", "usage"];

/// Where a case brings CRLs. Its certificates name no URL of one, which is a fault to Cisco alone.
const OF_REVOCATION: [&str; 4] = ["--only", "revocation", "--skip", "revocation-absent"];

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
    crls: Vec<String>,
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
    let Ok(packed) = fs::read(&place) else {
        return skipped(&place);
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

fn skipped(place: &Path) {
    let required = env::var("CERTAUDIT_INTEROP").is_ok_and(|value| value == "required");
    let place = place.display();
    assert!(!required, "{place} is missing: C2SP/x509-limbo has it");
    let _closed = writeln!(io::stderr(), "skipped: {place} is missing");
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
        let arguments = self.arguments(directory.path());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = certaudit::run(directory.path(), &arguments);
        match run.status {
            0 => Verdict::Trusted,
            1 => Verdict::Refused,
            3 => Verdict::InDoubt,
            status => panic!("{}: status {status}: {}", self.id, run.stderr),
        }
    }

    /// Writes the files into `directory`, and names them.
    fn arguments(&self, directory: &Path) -> Vec<String> {
        let mut arguments = self.files(directory);
        arguments.extend(self.options().into_iter().map(str::to_owned));
        arguments
    }

    fn files(&self, directory: &Path) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut give = |option: &str, name: &str, text: &str| {
            fs::write(directory.join(name), text).unwrap();
            arguments.extend([option, name].map(str::to_owned));
        };
        give("check", "leaf.pem", &self.peer_certificate);
        give("--roots", "roots.pem", &self.trusted_certs.join("\n"));
        if !self.untrusted_intermediates.is_empty() {
            let others = self.untrusted_intermediates.join("\n");
            give("--intermediates", "others.pem", &others);
        }
        for (number, crl) in self.crls.iter().enumerate() {
            give("--crl", &format!("{number}.crl"), crl);
        }
        arguments
    }

    fn options(&self) -> Vec<&str> {
        let mut arguments = vec!["--as", "https", "--format", "json"];
        arguments.extend(["--no-fetch", "--no-system-roots"]);
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
        if !self.crls.is_empty() {
            arguments.extend(OF_REVOCATION);
        }
        let at = self.validation_time.as_deref().unwrap_or(ANY_TIME);
        arguments.extend(["--at", at]);
        arguments
    }
}

//! What has to hold whatever bytes come: a function for each fuzz target. `tests/fuzz_corpus.rs` runs the kept corpus through the
//! same functions.

mod conversation;
mod judging;
mod scene;

use std::path::Path;
use std::sync::LazyLock;

use certaudit::certificate::container::{self, certificates, requests};
use certaudit::certificate::{Certificate, SigningRequest};
use certaudit::deployment::{Deployment, draw};
use certaudit::diff::{Snapshot, compare};
use certaudit::evidence::{self, Evidence};
use certaudit::probe::uds::answer;
use certaudit::report::Page;
use certaudit::report::diff::DIFF_FORMATS;
use certaudit::rules::RULES;
use certaudit::text::{escape, is_unfit};
use certaudit::trust::revocation::{Answer, judge_crl, judge_ocsp};

pub use conversation::{conversation, prelude};
pub use judging::{audit, redact};

/// What must hold of any bytes; it panics where that does not.
pub type Check = fn(&[u8]);

/// Every target by its name.
pub const CHECKS: &[(&str, Check)] = &[
    ("audit", audit),
    ("certificate", certificate),
    ("container", container),
    ("conversation", conversation),
    ("crl", crl),
    ("deployment", deployment),
    ("evidence", evidence),
    ("ocsp", ocsp),
    ("prelude", prelude),
    ("redact", redact),
    ("report", report),
    ("request", request),
    ("uds", uds),
];

/// When the fixtures were made: 2026-01-15, noon.
pub const AT: i64 = 1_768_478_400;

/// A page as wide as most, without colours.
const PAGE: Page = Page {
    width: 80,
    color: false,
};

static GOOD: LazyLock<Certificate> =
    LazyLock::new(|| read(include_bytes!("../../fixtures/revocation/good.pem")));
static ISSUER: LazyLock<Certificate> =
    LazyLock::new(|| read(include_bytes!("../../fixtures/revocation/issuer.pem")));
static REPORT: LazyLock<Snapshot> = LazyLock::new(|| {
    let text = include_bytes!("../../fixtures/scenarios/rollout/expected.json");
    let end = text.iter().rposition(|byte| *byte == b'}').unwrap();
    Snapshot::read(&text[..=end]).unwrap()
});

fn read(pem: &[u8]) -> Certificate {
    Certificate::from_der(&certificates(pem).unwrap()[0]).unwrap()
}

/// Text that is shown as it stands has nothing in it that misleads, apart from ends of lines.
#[track_caller]
fn fit(text: &str) {
    let unfit = text.find(|one| one != '\n' && is_unfit(one));
    let near = |place: usize| text.get(place.saturating_sub(40)..).unwrap_or(text).chars();
    let near = unfit.map(|place| near(place).take(80).collect::<String>());
    assert_eq!(near, None);
}

/// A certificate: decoded to the same facts twice, or malformed and skimmed.
pub fn certificate(der: &[u8]) {
    match Certificate::from_der(der) {
        Ok(certificate) => {
            assert_eq!(certificate.der, der);
            assert_eq!(Certificate::from_der(der).unwrap(), certificate);
            fit(&escape(&certificate.subject.text));
            let text = container::pem(der);
            assert_eq!(certificates(text.as_bytes()).unwrap(), [der]);
        }
        Err(malformed) => {
            assert_eq!(malformed.der, der);
            assert!(!malformed.reason.is_empty());
        }
    }
}

/// Files of certificates and of requests: PEM, DER, PKCS#7.
pub fn container(file: &[u8]) {
    if let Ok(list) = certificates(file) {
        assert!(!list.is_empty());
        let size: usize = list.iter().map(Vec::len).sum();
        assert!(size <= file.len(), "{size} bytes out of {}", file.len());
    }
    if let Ok(found) = requests(file) {
        assert!(!found.requests.is_empty());
    }
}

/// A signing request.
pub fn request(der: &[u8]) {
    match SigningRequest::from_der(der) {
        Ok(request) => assert_eq!(request.der, der),
        Err(malformed) => assert!(!malformed.reason.is_empty()),
    }
}

/// A CRL: no input but the ones that the CA signed says anything.
pub fn crl(bytes: &[u8]) {
    let answer = judge_crl(bytes, &GOOD, &ISSUER, AT);
    assert!(!matches!(answer, Answer::Revoked { .. }), "{answer:?}");
}

/// An OCSP answer: no input but the ones that the CA signed says anything.
pub fn ocsp(bytes: &[u8]) {
    let answer = judge_ocsp(bytes, &GOOD, &ISSUER, AT);
    assert!(!matches!(answer, Answer::Revoked { .. }), "{answer:?}");
}

/// A deployment file: whatever is wrong with it is drawn, without a character that could mislead.
pub fn deployment(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    if let Err(problems) = Deployment::parse(text, Path::new("/base"), &rules) {
        assert!(!problems.is_empty());
        let drawn = draw("cluster.toml", text, &problems, false);
        fit(&drawn);
    }
}

/// An evidence file, perhaps compressed: what is read is written as it was read.
pub fn evidence(bytes: &[u8]) {
    /// Of what is decompressed: enough for any input that is tried.
    const MOST: u64 = 4 << 20;
    let Ok(file) = evidence::decompressed(bytes, MOST) else {
        return;
    };
    match Evidence::read_from(file) {
        Ok(evidence) => {
            let written = evidence.write().unwrap();
            let again = Evidence::read(&written).unwrap();
            assert_eq!(again, evidence);
            assert_eq!(again.write().unwrap(), written);
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
}

/// A JSON report, compared with itself and with another one both ways.
pub fn report(bytes: &[u8]) {
    let Ok(read) = Snapshot::read(bytes) else {
        return;
    };
    let same = compare(&read, &read, &[]);
    assert_eq!(same.worst(), None, "nothing is new in the same report");
    for (old, new) in [(&read, &read), (&*REPORT, &read), (&read, &*REPORT)] {
        let difference = compare(old, new, &[]);
        for format in DIFF_FORMATS {
            let mut written = Vec::new();
            format.write(&difference, PAGE, &mut written).unwrap();
            let written = String::from_utf8(written).unwrap();
            if format.name() == "json" {
                serde_json::from_str::<serde_json::Value>(&written).unwrap();
            } else {
                fit(&written);
            }
        }
    }
}

/// What UDS answers: names and a version, or words that can be shown.
pub fn uds(body: &[u8]) {
    let (servers, version) = (answer::servers(body), answer::version(body));
    for fault in [servers.as_ref().err(), version.as_ref().err()] {
        fit(fault.map_or("", |words| words));
    }
    let size: usize = servers.iter().flatten().map(String::len).sum();
    assert!(size <= body.len());
}

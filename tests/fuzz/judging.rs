//! Servers that show hostile certificates, CRLs and OCSP answers: judged by every rule, written in a format, redacted.

use certaudit::audit::estate::Estate;
use certaudit::audit::{Context, run};
use certaudit::evidence::Evidence;
use certaudit::redact::{Trusted, redact as redacted};
use certaudit::report::{FORMATS, Report};
use certaudit::rules::RULES;
use certaudit::trust::DeviceTrust;

use super::scene::{DEPLOYMENT, TEXT, evidence, pieces};
use super::{AT, PAGE, fit};

/// DER elements one after the other, shown by servers: no rule fails on them, and no format shows what misleads.
pub fn audit(bytes: &[u8]) {
    let evidence = evidence(bytes);
    let trust = trust(bytes);
    let estate = Estate::join(&DEPLOYMENT, &evidence, &trust, AT);
    let audit = run(RULES, &estate, &Context { at: AT });
    for judgement in &audit.judgements {
        let failed = judgement.message.contains("a fault of certaudit");
        assert!(!failed, "{} panicked", judgement.rule.id);
    }
    let report = Report {
        all: bytes.len().is_multiple_of(2),
        ..Report::new(&audit, &estate)
    };
    // One of them, for all of them take long.
    let format = FORMATS[bytes.len() % FORMATS.len()];
    let mut written = Vec::new();
    format.write(&report, PAGE, &mut written).unwrap();
    let written = String::from_utf8(written).unwrap();
    match format.name() {
        "json" | "sarif" => drop(serde_json::from_str::<serde_json::Value>(&written).unwrap()),
        "jsonl" => {}
        _ => fit(&written.replace("\r\n", "\n").replace('\u{feff}', "")),
    }
}

/// The last element is a root of the devices, the one before it an intermediate, the first one is pinned.
fn trust(bytes: &[u8]) -> DeviceTrust {
    let pieces = pieces(bytes);
    let mut trust = DeviceTrust::default();
    if let [.., intermediate, root] = pieces.as_slice() {
        // What cannot be decoded is not trusted.
        drop(trust.add_root(root));
        drop(trust.add_intermediate(intermediate));
    }
    if let Some(leaf) = pieces.first().filter(|leaf| leaf.len() % 2 == 1) {
        trust.add_pinned(leaf);
    }
    trust
}

/// The same evidence, redacted: it reads back, and holds none of the certificates.
pub fn redact(bytes: &[u8]) {
    let evidence = evidence(bytes);
    let pieces = pieces(bytes);
    let own = |place: usize| pieces.get(place).map(|der| der.to_vec());
    let trusted = Trusted {
        roots: own(2).into_iter().collect(),
        intermediates: own(1).into_iter().collect(),
        pinned: own(0).into_iter().collect(),
        system: own(3).into_iter().collect(),
    };
    for trusted in [Trusted::default(), trusted] {
        let mut redacted = redacted(&evidence, &trusted);
        let text = redacted.evidence.write().unwrap();
        assert_eq!(Evidence::read(&text).unwrap(), redacted.evidence);
        for (digest, parsed) in evidence.certificates.iter() {
            let is_left = text.contains(&digest.to_string());
            assert!(parsed.is_err() || !is_left, "{digest} is left");
        }
        redacted
            .deployment(
                TEXT,
                &[("roots", ""), ("intermediates", ""), ("pinned", "")],
            )
            .unwrap();
    }
}

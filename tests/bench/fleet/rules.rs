//! (b) The rules over certificates in memory, each of a node of its own, on one core.

use std::time::Duration;

use certaudit::audit::estate::Estate;
use certaudit::audit::{self, Context};
use certaudit::certificate::Digest;
use certaudit::deployment::Deployment;
use certaudit::evidence::{Ending, Evidence, Observation, Presentation, SCHEMA};
use certaudit::report::Report;
use certaudit::rules::RULES;
use certaudit::trust::DeviceTrust;
use serde::{Deserialize, Serialize};

use super::authority::{AT, Certificates, issue};
use super::fleet::{Fleet, Ports};
use super::process::{Role, cpu_time, forget_peak, memory, peak_memory};
use super::scan::written;

/// How long each step took, and what was used.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Steps {
    deployment: Duration,
    join: Duration,
    rules: Duration,
    summary: Duration,
    json: Duration,
    judgements: usize,
    report: usize,
    growth: usize,
}

pub fn bench(sizes: &[usize]) {
    println!(
        "rules: {} of them over RSA 2048 certificates on one core; microseconds of CPU time for each",
        RULES.len()
    );
    println!(
        "{:>12} {:>10} {:>8} {:>8} {:>8} {:>8} {:>8} {:>10} {:>11} {:>11}",
        "certificates",
        "rules /s",
        "all /s",
        "file",
        "join",
        "rules",
        "summary",
        "json",
        "memory KiB",
        "report KiB"
    );
    for size in sizes {
        let mut process = Role::start(&["judge", &size.to_string()]);
        let steps: Steps = serde_json::from_str(&process.line()).unwrap();
        row(*size, &steps);
    }
}

fn row(size: usize, steps: &Steps) {
    let count = size as f64;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / count;
    let all = steps.join + steps.rules + steps.summary + steps.json;
    println!(
        "{size:>12} {:>10.0} {:>8.0} {:>8.1} {:>8.1} {:>8.1} {:>8.2} {:>10.1} {:>11.2} {:>11.2}",
        1e6 / each(steps.rules + steps.summary),
        1e6 / each(all),
        each(steps.deployment),
        each(steps.join),
        each(steps.rules),
        each(steps.summary),
        each(steps.json),
        steps.growth as f64 / 1024.0 / count,
        steps.report as f64 / 1024.0 / count,
    );
}

/// Judges that many certificates, and prints what it took as one line of JSON.
pub fn judge(certificates: usize) {
    let made = issue(certificates);
    let fleet = Fleet {
        services: certificates,
        silent: 0,
        refusing: 0,
        timeout: 5,
        concurrency: 256,
    };
    let ports = Ports {
        tls: 8443,
        full: 1,
        mute: 2,
        closed: 3,
    };
    let (deployment, took) = timed(|| fleet.deployment(&ports));
    let evidence = evidence(&deployment, &made);
    let mut trust = DeviceTrust::default();
    trust.add_root(&made.root).unwrap();
    let mut steps = steps(&deployment, &evidence, &trust);
    steps.deployment = took;
    println!("{}", serde_json::to_string(&steps).unwrap());
}

fn steps(deployment: &Deployment, evidence: &Evidence, trust: &DeviceTrust) -> Steps {
    let before = memory();
    forget_peak();
    let (estate, join) = timed(|| Estate::join(deployment, evidence, trust, AT));
    let (audit, rules) = timed(|| audit::findings(RULES, &estate, &Context { at: AT }));
    let (report, summary) = timed(|| Report::new(&audit, &estate));
    let (bytes, json) = timed(|| written(&report));
    Steps {
        join,
        rules,
        summary,
        json,
        judgements: audit.judgements.len(),
        report: bytes,
        growth: peak_memory().saturating_sub(before),
        deployment: Duration::ZERO,
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = cpu_time();
    let done = work();
    (done, cpu_time().saturating_sub(begun))
}

fn evidence(deployment: &Deployment, made: &Certificates) -> Evidence {
    let all = made.leaves.iter().chain([&made.issuing]);
    let certificates = all.collect();
    let observations = deployment.nodes.iter().zip(&made.leaves);
    Evidence {
        schema: SCHEMA.to_owned(),
        version: "0".to_owned(),
        deployment: deployment.name.clone(),
        collected_at: "2026-11-18T00:00:00Z".to_owned(),
        complete: true,
        redacted: None,
        shards: Vec::new(),
        observations: observations
            .map(|(node, leaf)| Observation {
                node: node.name.clone(),
                service: node.services[0].name.to_owned(),
                port: node.services[0].port,
                address: node.connect.clone(),
                presentations: vec![presentation(&[leaf, &made.issuing])],
                silence: None,
            })
            .collect(),
        certificates,
        fetches: Vec::new(),
        dns: Vec::new(),
        uds: Vec::new(),
    }
}

fn presentation(chain: &[&Vec<u8>]) -> Presentation {
    Presentation {
        chain: chain.iter().map(|der| Digest::of(der)).collect(),
        version: Some("TLSv1.3".into()),
        cipher: Some("TLS_AES_256_GCM_SHA384".into()),
        group: Some("x25519".into()),
        client_certificate: None,
        stapled_ocsp: None,
        ending: Ending::Completed,
    }
}

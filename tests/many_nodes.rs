//! Thousands of nodes: nothing in joining, judging and reporting takes time that grows with their square, or this would not
//! end. How long it takes is for `cargo bench --bench fleet` to say.
#![allow(clippy::unwrap_used)]

#[path = "many_nodes/squares.rs"]
mod squares;

use std::fmt::Write as _;
use std::path::Path;

use certaudit::audit::estate::Estate;
use certaudit::audit::{self, Audit, Context};
use certaudit::certificate::Digest;
use certaudit::certificate::issue::{Authority, Order};
use certaudit::deployment::Deployment;
use certaudit::evidence::{Ending, Evidence, Observation, Presentation, SCHEMA, Silence};
use certaudit::report::{Page, Report, format_named};
use certaudit::rules::RULES;
use certaudit::trust::DeviceTrust;

const AT: i64 = 1_795_000_000;
const NODES: usize = 20_000;

/// A node of each kind in turn, each with a setting and every fifth with a waiver; trunks lead to some.
fn deployment_of(nodes: usize, more: &str) -> Deployment {
    let mut text =
        "name = \"Many\"\ndomain = \"many.test\"\n[trust]\nsystem = false\n[mra]\n".to_owned();
    text += more;
    for node in 0..nodes {
        let product = [
            "cucm",
            "im-presence",
            "unity-connection",
            "expressway-c",
            "expressway-e",
        ][node % 5];
        let service = ["tomcat", "tomcat", "tomcat", "web", "mra"][node % 5];
        let _ = write!(
            text,
            "[[node]]\nname = \"n{node}\"\nproduct = \"{product}\"\naddress = \"n{node}.many.test\"\n\
             connect = \"127.0.0.1\"\nservices = [\"{service}\"]\n\
             [[setting]]\nlocation = \"UC Service\"\nvalue = \"n{node}.many.test\"\nnode = \"n{node}\"\n"
        );
        match node % 5 {
            0 => {
                text += &format!(
                    "[[waiver]]\nrule = \"revocation-absent\"\nnode = \"n{node}\"\nreason = \"CHG1\"\n"
                );
            }
            1 => {
                text += &format!(
                    "[[sip_trunk]]\nto = \"n{node}\"\nx509_subject = \"n{node}.many.test\"\n"
                );
            }
            _ => {}
        }
    }
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    Deployment::parse(&text, Path::new("."), &rules).unwrap()
}

/// Every seventh node is silent, the others present one certificate, or a self-signed one of one name.
fn evidence_of(
    deployment: &Deployment,
    leaves: &[Vec<u8>],
    shown: impl Fn(Vec<Digest>) -> Presentation,
) -> Evidence {
    let certificates = leaves.iter().collect();
    let digests: Vec<Digest> = leaves.iter().map(|der| Digest::of(der)).collect();
    let observations = deployment.nodes.iter().enumerate();
    let observations = observations.map(|(place, node)| {
        let chain = digests.get(place % digests.len().max(1)).copied();
        let is_silent = place % 7 == 0 || chain.is_none();
        Observation {
            node: node.name.clone(),
            service: node.services[0].name.to_owned(),
            port: node.services[0].port,
            address: node.connect.clone(),
            presentations: if is_silent {
                Vec::new()
            } else {
                chain.into_iter().map(|leaf| shown(vec![leaf])).collect()
            },
            silence: is_silent.then_some(Silence::Refused),
        }
    });
    Evidence {
        schema: SCHEMA.to_owned(),
        version: "0".to_owned(),
        deployment: deployment.name.clone(),
        collected_at: "2026-11-18T00:00:00Z".to_owned(),
        complete: true,
        redacted: None,
        shards: Vec::new(),
        observations: observations.collect(),
        certificates,
        fetches: Vec::new(),
        dns: Vec::new(),
        uds: Vec::new(),
    }
}

fn presentation(chain: Vec<Digest>) -> Presentation {
    Presentation {
        chain,
        version: Some("TLSv1.3".into()),
        cipher: Some("TLS_AES_256_GCM_SHA384".into()),
        group: Some("x25519".into()),
        client_certificate: None,
        stapled_ocsp: None,
        ending: Ending::Completed,
    }
}

/// What `work` makes of the estate of that many nodes.
fn with_estate<T>(nodes: usize, more: &str, work: impl FnOnce(&Estate<'_>) -> T) -> T {
    let root = Authority::root("Many Root CA", AT).unwrap();
    let issued = root.issue(&Order::server("n1.many.test", AT)).unwrap();
    let own = |_| {
        Order::server("same.many.test", AT)
            .self_signed()
            .unwrap()
            .der
    };
    let leaves: Vec<Vec<u8>> = std::iter::once(issued.der).chain((0..3).map(own)).collect();
    let mut trust = DeviceTrust::default();
    trust.add_root(root.der()).unwrap();
    let deployment = deployment_of(nodes, more);
    let evidence = evidence_of(&deployment, &leaves, presentation);
    work(&Estate::join(&deployment, &evidence, &trust, AT))
}

fn written(audit: &Audit, estate: &Estate<'_>, format: &str) -> String {
    let page = Page {
        width: 100,
        color: false,
    };
    let mut text = Vec::new();
    let format = format_named(format).unwrap();
    format
        .write(&Report::new(audit, estate), page, &mut text)
        .unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn twenty_thousand_nodes_are_judged_and_reported() {
    with_estate(NODES, "", |estate| {
        let audit = audit::findings(RULES, estate, &Context { at: AT });
        let report = Report::new(&audit, estate);
        let silent = NODES.div_ceil(7);
        assert_eq!(report.summary.examined, NODES - silent);
        let unreachable = audit.judgements.iter();
        let unreachable = unreachable.filter(|one| one.rule.id == "probe-unreachable");
        assert_eq!(unreachable.count(), silent);
        let page = Page {
            width: 100,
            color: false,
        };
        let format = format_named("json").unwrap();
        format.write(&report, page, &mut std::io::sink()).unwrap();
    });
}

#[test]
fn leaving_out_what_is_not_listed_changes_no_report() {
    with_estate(60, "", |estate| {
        let context = Context { at: AT };
        let (all, findings) = (
            audit::run(RULES, estate, &context),
            audit::findings(RULES, estate, &context),
        );
        assert!(findings.judgements.len() * 3 < all.judgements.len());
        for format in ["json", "table"] {
            assert_eq!(
                written(&all, estate, format),
                written(&findings, estate, format)
            );
        }
    });
}

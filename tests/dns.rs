//! Look-ups against a DNS server on loopback: every kind of answer, and every way not to answer.
#![allow(clippy::unwrap_used, clippy::panic)]
// An answer stands beside silence, which is `None`.
#![allow(clippy::unnecessary_wraps)]

#[path = "dns/server.rs"]
mod server;

use std::future::{pending, ready};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use certaudit::demo::{CLUSTER, Cluster};
use certaudit::deployment::Deployment;
use certaudit::evidence::{
    Certificates, DnsRecord, Evidence, LookupOutcome, RecordKind, SCHEMA, ServiceRecord,
};
use certaudit::probe::Limits;
use certaudit::probe::dns::{first_questions, look_up};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};
use server::{Over, Reply, address, alias, code, pointer, records, serve, service, truncated};

const UDS: &str = "_cisco-uds._tcp.acme.test";
const NODE: &str = "cucm.acme.test";

fn deployment(more: &str) -> Deployment {
    let text = format!(
        "name = \"ACME\"\ndomain = \"acme.test\"\n[[node]]\nproduct = \"cucm\"\naddress = \"{NODE}\"\n{more}"
    );
    Deployment::parse(&text, Path::new(""), &[]).unwrap()
}

fn blank() -> Evidence {
    Evidence {
        schema: SCHEMA.to_owned(),
        version: "0".to_owned(),
        deployment: "ACME".to_owned(),
        collected_at: "2026-11-21T19:00:00Z".to_owned(),
        complete: true,
        observations: Vec::new(),
        certificates: Certificates::default(),
        fetches: Vec::new(),
        dns: Vec::new(),
        uds: Vec::new(),
        redacted: None,
        shards: Vec::new(),
    }
}

fn limits(server: SocketAddr, timeout: Duration) -> Limits {
    Limits {
        timeout,
        dns_server: Some(server),
        ..Limits::of(&deployment(""), None)
    }
}

/// Patient enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(10);
const HASTY: Duration = Duration::from_millis(400);

async fn ask(server: SocketAddr, timeout: Duration) -> Evidence {
    let limits = limits(server, timeout);
    let seen = look_up(blank(), &deployment(""), &limits, pending()).await;
    let again = Evidence::read(&seen.write().unwrap()).unwrap();
    assert_eq!(again, seen, "the evidence reads back as it was written");
    seen
}

fn outcome<'e>(evidence: &'e Evidence, name: &str, kind: RecordKind) -> &'e LookupOutcome {
    let mut found = evidence
        .dns
        .iter()
        .filter(|lookup| lookup.name == name && lookup.kind == kind);
    let first = found
        .next()
        .unwrap_or_else(|| panic!("{name} {kind:?}: {:#?}", evidence.dns));
    assert_eq!(found.next(), None, "each question has one outcome");
    &first.outcome
}

fn targets(outcome: &LookupOutcome) -> Vec<(u16, u16, u16, &str)> {
    let services = outcome.records().iter().filter_map(DnsRecord::service);
    let fields = |service: &'_ ServiceRecord| (service.priority, service.weight, service.port);
    services
        .map(|one| {
            let (priority, weight, port) = fields(one);
            (priority, weight, port, one.target.as_str())
        })
        .collect()
}

fn unknown() -> Option<Reply> {
    code(ResponseCode::NXDomain)
}

#[tokio::test]
async fn records_come_sorted_whatever_their_order_and_case() {
    let server = serve(true, |name, kind, _| match (name, kind) {
        (UDS, RecordType::SRV) => records(vec![
            (UDS, service(20, 1, 8443, "cucm2.acme.test")),
            (UDS, service(10, 5, 8443, "CUCM.acme.test")),
            (UDS, service(10, 1, 8443, "cucm3.acme.test")),
        ]),
        ("_cuplogin._tcp.acme.test", RecordType::SRV) => {
            records(vec![(name, service(0, 0, 0, "."))])
        }
        (NODE, RecordType::A) => records(vec![
            (name, address("192.0.2.9")),
            (name, address("192.0.2.1")),
        ]),
        (NODE, RecordType::AAAA) => records(vec![(name, address("2001:db8::1"))]),
        _ => unknown(),
    })
    .await;
    let seen = ask(server, PATIENT).await;
    assert!(seen.complete);
    assert_eq!(
        targets(outcome(&seen, UDS, RecordKind::Srv)),
        [
            (10, 1, 8443, "cucm3.acme.test"),
            (10, 5, 8443, "cucm.acme.test"),
            (20, 1, 8443, "cucm2.acme.test")
        ]
    );
    let not_offered = outcome(&seen, "_cuplogin._tcp.acme.test", RecordKind::Srv);
    assert_eq!(targets(not_offered), [(0, 0, 0, ".")]);
    let found = outcome(&seen, NODE, RecordKind::A).records().iter();
    let found: Vec<String> = found
        .filter_map(DnsRecord::address)
        .map(|ip| ip.to_string())
        .collect();
    assert_eq!(found, ["192.0.2.1", "192.0.2.9"]);
    // The targets that are no nodes are looked up too, the root is not.
    assert_eq!(
        outcome(&seen, "cucm2.acme.test", RecordKind::A),
        &LookupOutcome::NoSuchName
    );
    assert!(
        seen.dns
            .iter()
            .all(|lookup| lookup.name != "." && !lookup.name.is_empty())
    );
}

#[tokio::test]
async fn an_alias_is_kept_and_the_names_of_addresses_are_asked() {
    let server = serve(true, |name, kind, _| match (name, kind) {
        (NODE, RecordType::CNAME) => records(vec![(NODE, alias("real.acme.test"))]),
        (NODE, RecordType::A) => records(vec![
            (NODE, alias("real.acme.test")),
            ("real.acme.test", address("192.0.2.7")),
        ]),
        ("7.2.0.192.in-addr.arpa", RecordType::PTR) => {
            records(vec![(name, pointer("Real.acme.test"))])
        }
        (NODE, _) => code(ResponseCode::NoError),
        _ => unknown(),
    })
    .await;
    let seen = ask(server, PATIENT).await;
    let real = |name: &str| LookupOutcome::Answered {
        records: vec![DnsRecord::Name {
            name: name.to_owned(),
        }],
    };
    assert_eq!(
        outcome(&seen, NODE, RecordKind::Cname),
        &real("real.acme.test")
    );
    assert_eq!(
        outcome(&seen, NODE, RecordKind::Aaaa),
        &LookupOutcome::NoData
    );
    let found = outcome(&seen, NODE, RecordKind::A).records();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        outcome(&seen, "7.2.0.192.in-addr.arpa", RecordKind::Ptr),
        &real("real.acme.test")
    );
}

/// hickory-resolver 0.26 asks the target of the record for SRV records when the owner is an alias.
#[tokio::test]
async fn service_records_of_an_alias_are_found() {
    let server = serve(true, |name, kind, _| match (name, kind) {
        (UDS, RecordType::SRV) => records(vec![
            (UDS, alias("_uds.shared.test")),
            ("_uds.shared.test", service(1, 2, 8443, "host.shared.test")),
        ]),
        (UDS, RecordType::CNAME) => records(vec![(UDS, alias("_uds.shared.test"))]),
        ("_uds.shared.test", RecordType::SRV) => {
            records(vec![(name, service(1, 2, 8443, "host.shared.test"))])
        }
        ("_cuplogin._tcp.acme.test", _) => records(vec![(name, alias(name))]),
        ("host.shared.test", _) => code(ResponseCode::NoError),
        _ => unknown(),
    })
    .await;
    let seen = ask(server, PATIENT).await;
    assert_eq!(
        targets(outcome(&seen, UDS, RecordKind::Srv)),
        [(1, 2, 8443, "host.shared.test")]
    );
    // An alias of itself ends too.
    let circle = outcome(&seen, "_cuplogin._tcp.acme.test", RecordKind::Srv);
    assert!(circle.records().is_empty(), "{circle:?}");
}

#[tokio::test]
async fn a_truncated_answer_is_asked_for_again_over_tcp() {
    let many = |name: &str| {
        let hosts = (0..90).map(|number| format!("cucm{number}.acme.test"));
        let data: Vec<(String, RData)> = hosts
            .map(|host| (name.to_owned(), service(0, 0, 8443, &host)))
            .collect();
        records(
            data.iter()
                .map(|(owner, data)| (owner.as_str(), data.clone()))
                .collect(),
        )
    };
    let server = serve(true, move |name, kind, over| match (name, kind, over) {
        (UDS, RecordType::SRV, Over::Udp) => truncated(),
        (UDS, RecordType::SRV, Over::Tcp) => many(name),
        _ => unknown(),
    })
    .await;
    let seen = ask(server, PATIENT).await;
    assert_eq!(targets(outcome(&seen, UDS, RecordKind::Srv)).len(), 90);
}

#[tokio::test]
async fn the_ways_not_to_answer_are_told_apart_within_the_deadlines() {
    let server = serve(false, |name, kind, _| match (name, kind) {
        (NODE, RecordType::A) => unknown(),
        (NODE, RecordType::AAAA) => code(ResponseCode::NoError),
        (NODE, RecordType::CNAME) => code(ResponseCode::ServFail),
        (UDS, _) => None,
        ("_cuplogin._tcp.acme.test", _) => code(ResponseCode::Refused),
        ("_collab-edge._tls.acme.test", _) => truncated(),
        _ => unknown(),
    })
    .await;
    let start = Instant::now();
    let seen = ask(server, HASTY).await;
    assert!(start.elapsed() < HASTY * 20, "took {:?}", start.elapsed());
    assert_eq!(
        outcome(&seen, NODE, RecordKind::A),
        &LookupOutcome::NoSuchName
    );
    assert_eq!(
        outcome(&seen, NODE, RecordKind::Aaaa),
        &LookupOutcome::NoData
    );
    assert_eq!(
        outcome(&seen, NODE, RecordKind::Cname),
        &LookupOutcome::ServerFailed
    );
    let after_ms = 400;
    assert_eq!(
        outcome(&seen, UDS, RecordKind::Srv),
        &LookupOutcome::TimedOut { after_ms }
    );
    assert_eq!(
        outcome(&seen, "_cuplogin._tcp.acme.test", RecordKind::Srv),
        &LookupOutcome::Refused
    );
    assert_eq!(
        outcome(&seen, "_collab-edge._tls.acme.test", RecordKind::Srv),
        &LookupOutcome::Truncated
    );
}

#[tokio::test]
async fn a_server_that_is_gone_does_not_hold_up_the_report() {
    let server = serve(false, |_, _, _| None).await;
    let node =
        |number| format!("[[node]]\nproduct = \"cucm\"\naddress = \"n{number}.acme.test\"\n");
    let nodes = (0..200).map(node).collect::<Vec<_>>().concat();
    let timeout = Duration::from_millis(100);
    let start = Instant::now();
    let seen = look_up(
        blank(),
        &deployment(&nodes),
        &limits(server, timeout),
        pending(),
    )
    .await;
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "took {:?}",
        start.elapsed()
    );
    assert!(seen.complete, "nobody interrupted it");
    assert!(seen.dns.len() > 600, "every question has its outcome");
    let last = seen
        .dns
        .iter()
        .filter(|lookup| lookup.outcome == LookupOutcome::OutOfTime);
    assert!(last.count() > 0);
}

#[tokio::test]
async fn an_interrupted_run_is_marked_so() {
    let server = serve(true, |_, _, _| unknown()).await;
    let limits = limits(server, PATIENT);
    let seen = look_up(blank(), &deployment(""), &limits, ready(())).await;
    assert!(!seen.complete);
    assert!(!seen.dns.is_empty());
    assert!(
        seen.dns
            .iter()
            .all(|lookup| lookup.outcome == LookupOutcome::Interrupted)
    );
    // And of evidence that was interrupted before nothing is asked.
    let again = Evidence {
        dns: Vec::new(),
        ..seen
    };
    let again = look_up(again, &deployment(""), &limits, pending()).await;
    assert_eq!(again.dns, []);
}

#[tokio::test]
async fn two_places_keep_both_their_answers() {
    let inside = serve(true, |name, kind, _| match (name, kind) {
        (NODE, RecordType::A) => records(vec![(name, address("192.0.2.1"))]),
        _ => unknown(),
    })
    .await;
    let outside = serve(true, |_, _, _| unknown()).await;
    let mut seen = ask(inside, PATIENT).await;
    let count = seen.dns.len();
    seen.merge(ask(outside, PATIENT).await);
    let of_node = seen
        .dns
        .iter()
        .filter(|lookup| lookup.name == NODE && lookup.kind == RecordKind::A);
    assert_eq!(of_node.count(), 2);
    assert_eq!(seen.dns.len(), count + 1, "equal answers are kept once");
}

#[test]
fn the_demo_asks_nothing() {
    let mut deployment = Deployment::parse(CLUSTER, Path::new(""), &[]).unwrap();
    let _cluster = Cluster::start(&mut deployment, 1_795_287_600).unwrap();
    assert_eq!(first_questions(&deployment, &blank()), []);
}

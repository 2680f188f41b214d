//! Which questions are asked. Pure.

use std::collections::BTreeSet;

use crate::certificate::Digest;
use crate::deployment::{Deployment, Node};
use crate::evidence::{DnsRecord, Evidence, RecordKind, reverse_name};
use crate::identity::normalise;

/// Names out of certificates that are looked up in a run; a cluster's certificates have some dozens, and a hostile one
/// could have thousands.
const MOST_NAMES: usize = 512;
/// Hosts in SRV records, and addresses of nodes, that are looked up in a run.
const MOST_OF_ANSWERS: usize = 512;
/// Letters of a name (RFC 1035 section 2.3.4).
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A name, and the type of record that it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    /// Lower case, without the root's dot.
    pub name: String,
    /// The type of record.
    pub kind: RecordKind,
}

/// What is asked first: the SRV records, then what the nodes' addresses and the dNSNames of the leaf certificates resolve
/// to. Nothing at all where [`Deployment::asks_dns`] says so. The address of a node that is connected elsewhere is left
/// out, wherever it stands.
pub fn first_questions(deployment: &Deployment, evidence: &Evidence) -> Vec<Question> {
    if !deployment.asks_dns() {
        return Vec::new();
    }
    let elsewhere = elsewhere(deployment);
    let found_by_name = |node: &&Node| node.is_found_by_name();
    let nodes = deployment.nodes.iter().filter(found_by_name);
    let hosts: BTreeSet<String> = nodes.map(|node| normalise(&node.address)).collect();
    let named = named(evidence, |name| {
        !elsewhere.contains(name) && !hosts.contains(name)
    });
    let mut questions: Vec<Question> =
        [deployment.client_records(), deployment.federation_records()]
            .iter()
            .flatten()
            .map(|record| Question {
                name: normalise(&record.question()),
                kind: RecordKind::Srv,
            })
            .collect();
    // The nodes' own addresses come first: names of strangers may have servers that never answer.
    questions.extend(hosts.iter().chain(&named).flat_map(|host| of_host(host)));
    questions
}

/// What follows from the first answers: the addresses of hosts in SRV records, and the names of the nodes' addresses.
pub fn second_questions(deployment: &Deployment, evidence: &Evidence) -> Vec<Question> {
    let elsewhere = elsewhere(deployment);
    let asked: BTreeSet<&String> = evidence.dns.iter().map(|lookup| &lookup.name).collect();
    let targets: BTreeSet<String> = records(evidence)
        .filter_map(DnsRecord::service)
        .map(|service| normalise(&service.target))
        .filter(|target| {
            is_host_name(target) && !asked.contains(target) && !elsewhere.contains(target)
        })
        .collect();
    let targets = targets.iter().take(MOST_OF_ANSWERS);
    let mut questions: Vec<Question> = targets.flat_map(|target| of_host(target)).collect();
    questions.extend(reverse(deployment, evidence));
    questions
}

/// Addresses, and what the name is an alias of.
fn of_host(host: &str) -> [Question; 3] {
    [RecordKind::A, RecordKind::Aaaa, RecordKind::Cname].map(|kind| Question {
        name: host.to_owned(),
        kind,
    })
}

fn reverse(deployment: &Deployment, evidence: &Evidence) -> impl Iterator<Item = Question> {
    let hosts: BTreeSet<String> = deployment
        .nodes
        .iter()
        .filter(|node| node.is_found_by_name())
        .map(|node| normalise(&node.address))
        .collect();
    let own = evidence
        .dns
        .iter()
        .filter(|lookup| hosts.contains(&lookup.name));
    let addresses: BTreeSet<_> = own
        .flat_map(|lookup| lookup.outcome.records())
        .filter_map(DnsRecord::address)
        .collect();
    let question = |address| Question {
        name: reverse_name(address),
        kind: RecordKind::Ptr,
    };
    addresses.into_iter().take(MOST_OF_ANSWERS).map(question)
}

fn records(evidence: &Evidence) -> impl Iterator<Item = &DnsRecord> {
    evidence
        .dns
        .iter()
        .flat_map(|lookup| lookup.outcome.records())
}

/// The addresses of nodes that are connected to without them.
fn elsewhere(deployment: &Deployment) -> BTreeSet<String> {
    let nodes = deployment
        .nodes
        .iter()
        .filter(|node| node.is_connected_elsewhere());
    nodes.map(|node| normalise(&node.address)).collect()
}

/// The host names among the dNSNames of the leaf certificates that were presented, as far as they are `wanted`: the first of each
/// certificate, then the second of each, and so on, so that one with thousands takes no turn from the others.
fn named(evidence: &Evidence, wanted: impl Fn(&String) -> bool) -> Vec<String> {
    let shown = evidence
        .observations
        .iter()
        .flat_map(|seen| &seen.presentations);
    let leaves: BTreeSet<&Digest> = shown.filter_map(|shown| shown.chain.first()).collect();
    let lists: Vec<Vec<String>> = leaves
        .into_iter()
        .filter_map(|digest| evidence.certificates.get(digest)?.as_ref().ok())
        .map(|leaf| leaf.dns_names().to_vec())
        .collect();
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
    let turns = (0..longest).flat_map(|turn| lists.iter().filter_map(move |names| names.get(turn)));
    let mut known = BTreeSet::new();
    turns
        .map(|name| normalise(name))
        .filter(|name| is_host_name(name) && wanted(name) && known.insert(name.clone()))
        .take(MOST_NAMES)
        .collect()
}

/// Letters, digits, hyphens and (Windows) underscores in labels, and no IP address: a name that a stranger wrote is not
/// asked for unless it can be one. Wildcards cannot.
fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=LONGEST_LABEL).contains(&label.len()) && label.bytes().all(letter)
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= LONGEST_NAME
        && name.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;
    use crate::certificate::issue::Order;
    use crate::evidence::{
        Certificates, Ending, Lookup, LookupOutcome, Observation, Presentation, SCHEMA,
        ServiceRecord,
    };

    const NAMED: &str = "name = \"ACME\"\ndomain = \"acme.test\"\n[[node]]\nproduct = \"cucm\"\naddress = \"cucm.acme.test\"\n";
    const ELSEWHERE: &str =
        "[[node]]\nproduct = \"cucm\"\naddress = \"sub.acme.test\"\nconnect = \"127.0.0.9\"\n";

    fn deployment(text: &str) -> Deployment {
        Deployment::parse(text, Path::new(""), &[]).unwrap()
    }

    /// A node presents a certificate with those dNSNames.
    fn evidence(dns_names: &[String]) -> Evidence {
        let mut order = Order::server("cucm.acme.test", 1_795_287_600);
        order.dns = dns_names.to_vec();
        let der = order.self_signed().unwrap().der;
        let mut certificates = Certificates::default();
        let digest = certificates.add(&der);
        let shown = Presentation {
            chain: vec![digest],
            version: None,
            cipher: None,
            group: None,
            client_certificate: None,
            stapled_ocsp: None,
            ending: Ending::Completed,
        };
        Evidence {
            schema: SCHEMA.to_owned(),
            version: String::new(),
            deployment: "ACME".to_owned(),
            collected_at: "2026-11-21T19:00:00Z".to_owned(),
            complete: true,
            observations: vec![Observation {
                node: "cucm.acme.test".to_owned(),
                service: "tomcat".to_owned(),
                port: 8443,
                address: None,
                presentations: vec![shown],
                silence: None,
            }],
            certificates,
            fetches: Vec::new(),
            dns: Vec::new(),
            uds: Vec::new(),
            redacted: None,
            shards: Vec::new(),
        }
    }

    fn hosts(questions: &[Question]) -> Vec<&str> {
        let mut hosts: Vec<&str> = questions
            .iter()
            .filter(|question| question.kind != RecordKind::Srv)
            .map(|question| question.name.as_str())
            .collect();
        hosts.dedup();
        hosts
    }

    #[test]
    fn nodes_and_names_of_certificates_are_looked_up_but_not_those_connected_elsewhere() {
        let names = [
            "SAN.acme.test",
            "*.acme.test",
            "10.0.0.1",
            "sub.acme.test",
            "a b",
        ];
        let evidence = evidence(&names.map(str::to_owned));
        let questions = first_questions(&deployment(&format!("{NAMED}{ELSEWHERE}")), &evidence);
        assert_eq!(hosts(&questions), ["cucm.acme.test", "san.acme.test"]);
        let records = questions
            .iter()
            .filter(|question| question.kind == RecordKind::Srv);
        assert_eq!(records.count(), 3);
    }

    #[test]
    fn where_nothing_is_found_by_name_nothing_is_asked() {
        let text = "name = \"ACME\"\ndomain = \"acme.test\"\n";
        let evidence = evidence(&["san.acme.test".to_owned()]);
        let nowhere = deployment(&format!("{text}{ELSEWHERE}"));
        assert_eq!(first_questions(&nowhere, &evidence), []);
        let server = format!("{text}[dns]\nserver = \"127.0.0.1:53\"\n{ELSEWHERE}");
        assert_eq!(
            hosts(&first_questions(&deployment(&server), &evidence)),
            ["san.acme.test"]
        );
    }

    #[test]
    fn of_thousands_of_names_some_are_asked() {
        let many: Vec<String> = (0..2000).map(|number| format!("n{number}.test")).collect();
        let questions = first_questions(&deployment(NAMED), &evidence(&many));
        assert_eq!(hosts(&questions).len(), 1 + MOST_NAMES);
    }

    #[test]
    fn a_certificate_with_thousands_of_names_takes_no_turn_from_the_others() {
        let many: Vec<String> = (0..2000).map(|number| format!("a{number}.test")).collect();
        let mut both = evidence(&many);
        let other = evidence(&["y.test".to_owned(), "z.test".to_owned()]);
        both.observations.extend(other.observations);
        both.certificates.extend(other.certificates);
        let questions = first_questions(&deployment(NAMED), &both);
        let hosts = hosts(&questions);
        assert_eq!((hosts.len(), hosts[0]), (1 + MOST_NAMES, "cucm.acme.test"));
        let place = |name: &str| hosts.iter().position(|host| *host == name);
        assert!(place("y.test") < Some(3) && place("z.test") < Some(5));
        assert!(place("y.test").is_some() && place("z.test").is_some());
    }

    #[test]
    fn answers_lead_to_targets_and_reverse_names() {
        let mut evidence = evidence(&[]);
        let service = |target: &str| {
            DnsRecord::Service(ServiceRecord {
                priority: 0,
                weight: 0,
                port: 8443,
                target: target.to_owned(),
            })
        };
        let lookup = |name: &str, kind, records| Lookup {
            name: name.to_owned(),
            kind,
            outcome: LookupOutcome::Answered { records },
        };
        let address = "192.0.2.7".parse().unwrap();
        evidence.add_lookups(vec![
            lookup(
                "_cisco-uds._tcp.acme.test",
                RecordKind::Srv,
                vec![
                    service("."),
                    service("cucm.acme.test"),
                    service("other.acme.test"),
                ],
            ),
            lookup(
                "cucm.acme.test",
                RecordKind::A,
                vec![DnsRecord::Address { address }],
            ),
        ]);
        let questions = second_questions(&deployment(NAMED), &evidence);
        assert_eq!(
            hosts(&questions),
            ["other.acme.test", "7.2.0.192.in-addr.arpa"]
        );
        assert_eq!(questions[3].kind, RecordKind::Ptr);
    }
}

//! What rules that rest on DNS share: whether it was asked, which hosts SRV records lead to, and which nodes those are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use crate::audit::estate::{ChainView, Estate, NodeView, Resolution, ServiceView};
use crate::audit::verdict::Verdict;
use crate::catalog::CertificateName;
use crate::deployment::Node;
use crate::deployment::dns::{COLLAB_EDGE, ServiceName};
use crate::identity::normalise;

/// Why nothing is judged where DNS was not to be asked.
pub(super) const NOT_ASKED: &str =
    "every node has its own `connect` and no [dns] server is named, so DNS is not asked";
/// Reasons that one sentence holds.
const MOST_REASONS: usize = 8;

/// The verdict where nothing was looked up at all.
pub(super) fn nothing_asked(estate: &Estate<'_>) -> Option<Verdict> {
    struct Asked(bool);
    let asked = estate.once(|| Asked(estate.deployment.asks_dns()));
    if !asked.0 {
        return Some(Verdict::NotApplicable(NOT_ASKED));
    }
    estate.dns.is_empty().then(|| {
        Verdict::unknown(
            "the evidence holds no DNS look-ups: the run was interrupted before them, or an older release collected it",
        )
    })
}

/// A host that SRV records lead to.
pub(super) struct Target<'a> {
    /// Its name.
    pub(super) host: &'a str,
    /// The ports at which it is looked for.
    pub(super) ports: BTreeSet<u16>,
    /// The records, with how many hosts each names.
    pub(super) records: Vec<(&'a ServiceName, usize)>,
}

impl Target<'_> {
    /// The questions whose answer it is, in a sentence.
    pub(super) fn questions(&self) -> String {
        let questions: Vec<String> = self
            .records
            .iter()
            .map(|(record, _)| record.question())
            .collect();
        questions.join(", ")
    }
}

/// The hosts that `records` lead to, by name, each once; and why some records are not known.
pub(super) fn targets<'a>(
    estate: &Estate<'a>,
    records: &'a [ServiceName],
) -> (Vec<Target<'a>>, Vec<String>) {
    let mut targets: BTreeMap<&'a str, Target<'a>> = BTreeMap::new();
    let mut doubts = Vec::new();
    for record in records.iter().filter(|record| is_in_use(estate, record)) {
        match estate.dns.services(&record.question()) {
            Resolution::Found(services) => {
                let count = services.len();
                for service in services.into_iter().filter(|service| service.target != ".") {
                    let target = targets.entry(&service.target).or_insert_with(|| Target {
                        host: &service.target,
                        ports: BTreeSet::new(),
                        records: Vec::new(),
                    });
                    target.ports.insert(service.port);
                    if !target.records.iter().any(|(known, _)| *known == record) {
                        target.records.push((record, count));
                    }
                }
            }
            Resolution::Absent(_) => {}
            Resolution::Unknown(why) => doubts.push(format!("{}: {why}", record.question())),
        }
    }
    (targets.into_values().collect(), doubts)
}

/// `_collab-edge` concerns nobody where there is no Mobile and Remote Access.
fn is_in_use(estate: &Estate<'_>, record: &ServiceName) -> bool {
    record.service != COLLAB_EDGE || estate.deployment.mra.is_some()
}

/// The node that a host is: the first one with this address, or else with an IP address of it.
pub(super) fn node_of<'e, 'a>(estate: &'e Estate<'a>, host: &str) -> Option<&'e NodeView<'a>> {
    let (host, places) = (normalise(host), estate.once(|| Places::of(estate)));
    let place = places.by_name.get(&host).copied().or_else(|| {
        let Resolution::Found(wanted) = estate.dns.addresses(&host) else {
            return None;
        };
        let known = wanted.iter().filter_map(|ip| places.by_ip.get(ip));
        known.min().copied()
    });
    estate.nodes.get(place?)
}

/// Where the first node of an address stands in the estate.
struct Places {
    by_name: HashMap<String, usize>,
    by_ip: HashMap<IpAddr, usize>,
}

impl Places {
    fn of(estate: &Estate<'_>) -> Self {
        let (mut by_name, mut by_ip) = (HashMap::new(), HashMap::new());
        for (place, view) in estate.nodes.iter().enumerate() {
            by_name
                .entry(normalise(&view.node.address))
                .or_insert(place);
            for ip in addresses(estate, view.node) {
                by_ip.entry(ip).or_insert(place);
            }
        }
        Self { by_name, by_ip }
    }
}

/// The IP addresses of a node, as far as they are known.
fn addresses(estate: &Estate<'_>, node: &Node) -> BTreeSet<IpAddr> {
    let written = node.connect.as_ref().unwrap_or(&node.address);
    if let Ok(address) = written.parse() {
        return BTreeSet::from([address]);
    }
    match estate.dns.addresses(written) {
        Resolution::Found(found) => found,
        Resolution::Absent(_) | Resolution::Unknown(_) => BTreeSet::new(),
    }
}

/// What a node presents to whoever comes by an SRV record: on these ports, or, where it has no such port, tomcat or its one
/// certificate.
pub(super) fn presented<'e, 'a>(
    view: &'e NodeView<'a>,
    ports: &BTreeSet<u16>,
) -> Vec<(&'e ServiceView<'a>, &'e ChainView<'a>)> {
    let on_port = |one: &ServiceView<'_>| ports.contains(&one.service.port);
    let usual = |one: &ServiceView<'_>| {
        matches!(
            one.service.certificate_name,
            CertificateName::Tomcat | CertificateName::Expressway
        )
    };
    let has_port = view.services.iter().any(on_port);
    view.chains()
        .filter(|(one, _)| if has_port { on_port(one) } else { usual(one) })
        .collect()
}

/// The verdict on a host that is no node of the deployment file.
pub(super) fn foreign(estate: &Estate<'_>, questions: &str, host: &str) -> Verdict {
    if !estate.deployment.left_out.is_empty() {
        return Verdict::NotApplicable("only some nodes of the deployment file were selected");
    }
    Verdict::unknown(format!(
        "{questions} leads to {host}, which is no node of the deployment file, so its certificate was not looked at"
    ))
}

/// What could not be known is told once for each node, and a fault that several records share once.
pub(super) fn told_once(verdicts: Vec<Verdict>, empty: &'static str) -> Verdict {
    let mut kept: Vec<Verdict> = Vec::new();
    let mut doubts: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    let mut faults = BTreeSet::new();
    for verdict in verdicts {
        let (node, single) = match verdict {
            Verdict::OfNode(node, verdict) => (Some(node), *verdict),
            single => (None, single),
        };
        match single {
            Verdict::Unknown(why) => doubts.entry(node).or_default().push(why),
            Verdict::Fail(seen) => {
                if faults.insert((node.clone(), seen.expected.clone())) {
                    kept.push(of(node, Verdict::Fail(seen)));
                }
            }
            other => kept.push(of(node, other)),
        }
    }
    let doubts = doubts.into_iter();
    kept.extend(doubts.map(|(node, whys)| of(node, Verdict::Unknown(listed(&whys)))));
    Verdict::each(kept, empty)
}

fn of(node: Option<String>, verdict: Verdict) -> Verdict {
    match node {
        Some(node) => verdict.of_node(&node),
        None => verdict,
    }
}

fn listed(whys: &[String]) -> String {
    let shown = &whys[..whys.len().min(MOST_REASONS)];
    let more = match whys.len() - shown.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{}{more}", shown.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{MOST_REASONS, NOT_ASKED, listed, nothing_asked};
    use crate::audit::testing::{CLUSTER, Scene};
    use crate::audit::verdict::Verdict;
    use crate::evidence::RecordKind;

    #[test]
    fn nothing_is_asked_where_every_node_is_connected_to_elsewhere() {
        let elsewhere = CLUSTER.replace(".test\"\n[[", ".test\"\nconnect = \"127.0.0.1\"\n[[");
        let elsewhere = format!("{elsewhere}connect = \"127.0.0.2\"\n");
        let asked = |scene: &Scene| scene.with_estate(nothing_asked);
        let none = asked(&Scene::new(&elsewhere));
        assert_eq!(none, Some(Verdict::NotApplicable(NOT_ASKED)));
        let interrupted = asked(&Scene::new(CLUSTER));
        assert!(matches!(interrupted, Some(Verdict::Unknown(_))));
        let answered = Scene::new(CLUSTER).dns("imp1.acme.test", RecordKind::A, &["192.0.2.1"]);
        assert_eq!(asked(&answered), None);
    }

    #[test]
    fn a_sentence_holds_some_reasons_and_counts_the_rest() {
        let reasons = |count: usize| vec!["why".to_owned(); count];
        assert_eq!(listed(&reasons(2)), "why; why");
        assert!(listed(&reasons(MOST_REASONS)).ends_with("; why"));
        assert!(listed(&reasons(MOST_REASONS + 2)).ends_with("; why; and 2 more"));
    }
}

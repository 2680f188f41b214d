//! Are servers configured by names that a certificate can hold.

pub(super) mod ip_address;
pub(super) mod reverse_mismatch;
pub(super) mod san_unresolvable;
mod server_list;
pub(super) mod server_list_mismatch;
pub(super) mod setting_mismatch;
pub(super) mod short_hostname;
pub(super) mod unresolvable;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{ChainView, ServiceView};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{CertificateName, Product};
use crate::deployment::{Deployment, Setting};
use crate::identity::{all_names, find_host};

/// A name under which somebody is sent to a node.
struct Given<'a> {
    /// Where it stands.
    location: &'a str,
    /// The name.
    value: &'a str,
    /// Line of the deployment file.
    line: usize,
}

/// The address of a node, then what `[[setting]]` tables say of it.
fn given<'a>(subject: &NodeSubject<'a>) -> Vec<Given<'a>> {
    let address = Given {
        location: "the address given to clients",
        value: &subject.node.node.address,
        line: subject.node.node.line,
    };
    let settings = settings(subject).map(|setting| Given {
        location: &setting.location,
        value: &setting.value,
        line: setting.line,
    });
    std::iter::once(address).chain(settings).collect()
}

/// What `[[setting]]` tables say of a node. Table 3 of document 116917 lists the XMPP domain too, which names no server.
pub(super) fn settings<'a>(subject: &NodeSubject<'a>) -> impl Iterator<Item = &'a Setting> {
    let deployment = subject.estate.deployment;
    let by_node = subject.estate.once(|| Settings::of(deployment));
    let places = by_node.0.get(&subject.node.node.name).cloned();
    let places = places.unwrap_or_default().into_iter();
    places.filter_map(|place| deployment.settings.get(place))
}

/// Places of the settings by the node that they are about.
struct Settings(HashMap<String, Vec<usize>>);

impl Settings {
    fn of(deployment: &Deployment) -> Self {
        let domains: HashSet<&str> = deployment.xmpp_domains.iter().map(String::as_str).collect();
        let is_domain = |setting: &Setting| {
            setting.location.to_ascii_lowercase().contains("xmpp")
                && domains.contains(&*setting.value)
        };
        let mut by_node: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, setting) in deployment.settings.iter().enumerate() {
            if !is_domain(setting) {
                by_node.entry(setting.node.clone()).or_default().push(place);
            }
        }
        Self(by_node)
    }
}

/// One verdict for each name that is given; it fails where `is_wrong` says so.
fn judge(
    subject: &NodeSubject<'_>,
    wanted: &str,
    is_wrong: impl Fn(&str) -> bool,
    impact: impl Fn(&str) -> Impact,
) -> Verdict {
    let verdicts = given(subject).into_iter().map(|one| {
        let Given {
            location,
            value,
            line,
        } = one;
        Verdict::pass_if(!is_wrong(value), || {
            Seen::new(format!("{location} is {value}"))
                .expected(format!("{wanted} at {location}"))
                .found([value])
                .impact(impact(value))
                .line(line)
        })
    });
    Verdict::Each(verdicts.collect())
}

pub(super) fn is_ip(value: &str) -> bool {
    literal(value).is_some()
}

/// An IP literal, perhaps in the brackets of a URL.
fn literal(value: &str) -> Option<IpAddr> {
    let bare = value.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok()
}

/// A name that a node is wrongly known by: clients prompt, Expressway refuses. Federation partners and trunks go by
/// other names; directories and Expressways are known by this one to other servers too.
fn wrongly_named(product: Product) -> Impact {
    let known_to_servers = product == Product::Ldap || product.is_expressway();
    Impact {
        federation: Outcome::Trusted,
        servers: if known_to_servers {
            Outcome::Degraded
        } else {
            Outcome::Trusted
        },
        ..Impact::PROMPT
    }
}

/// The chains that the node presents to HTTP (and LDAP) clients: tomcat, or its one certificate.
fn web_chains<'a>(
    subject: &NodeSubject<'a>,
) -> impl Iterator<Item = (&'a ServiceView<'a>, &'a ChainView<'a>)> {
    subject.node.chains().filter(|(view, _)| {
        matches!(
            view.service.certificate_name,
            CertificateName::Tomcat
                | CertificateName::Webex
                | CertificateName::Expressway
                | CertificateName::Ldap
                | CertificateName::Https
        )
    })
}

/// Whether a node's HTTP certificates hold a name.
enum Held {
    /// None of them was seen.
    Unseen,
    /// All do.
    Yes,
    /// Some do not.
    No {
        /// The services that present those, in words.
        labels: String,
        /// The names that those have, sorted.
        names: Vec<String>,
    },
}

/// Whether the node's HTTP certificates hold `name`: a twin without it is enough to fail.
fn held(subject: &NodeSubject<'_>, name: &str) -> Held {
    let leaves: Vec<_> = web_chains(subject)
        .filter_map(|(view, chain)| Some((view, chain.leaf()?)))
        .collect();
    if leaves.is_empty() {
        return Held::Unseen;
    }
    let without = leaves
        .into_iter()
        .filter(|(_, leaf)| find_host(leaf, name).is_none());
    let (mut labels, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (view, leaf) in without {
        labels.insert(view.label());
        names.extend(all_names(leaf));
    }
    if labels.is_empty() {
        return Held::Yes;
    }
    let labels: Vec<String> = labels.into_iter().collect();
    Held::No {
        labels: labels.join(", "),
        names: names.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::wrongly_named;
    use crate::audit::effect::Outcome;
    use crate::catalog::Product;

    #[test]
    fn servers_know_directories_and_expressways_by_that_name() {
        for product in Product::ALL {
            let impact = wrongly_named(product);
            assert_eq!(impact.federation, Outcome::Trusted, "{product}");
            let known = matches!(
                product,
                Product::Ldap | Product::ExpresswayC | Product::ExpresswayE
            );
            assert_eq!(impact.servers == Outcome::Degraded, known, "{product}");
            assert_eq!(impact.servers == Outcome::Trusted, !known, "{product}");
        }
    }
}

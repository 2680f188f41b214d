//! The deployment file as text: what was found, and marked comments where somebody has to say more.

mod page;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::found::{Found, FoundNode};
use super::survey::{Service, Survey, TOMCAT};
use crate::catalog::{Product, Requirement};
use page::{Page, quoted};

pub(super) use page::MARK;

/// What the user said.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) domain: String,
    pub(super) dns_server: Option<SocketAddr>,
    /// Paths as they are to stand in the file.
    pub(super) roots: Vec<String>,
}

/// The whole file.
pub(super) fn write(known: &Known, survey: &Survey, found: &Found) -> String {
    let mut page = Page::default();
    head(&mut page, known, survey);
    trust(&mut page, known);
    if let Some(server) = known.dns_server {
        page.line("\n[dns]");
        page.key("server", &server.to_string());
    }
    outside(&mut page, survey, found);
    let mut names = BTreeSet::new();
    for node in &found.nodes {
        write_node(&mut page, node, &mut names);
    }
    rest(&mut page, found);
    page.text
}

fn head(page: &mut Page, known: &Known, survey: &Survey) {
    let domain = &known.domain;
    page.comment(&format!(
        "Written by `certaudit discover {domain}` from SRV records and the clusters' own server lists (UDS)."
    ));
    page.comment(&format!(
        "A comment that begins with {MARK:?} is about what it could not see: settle it, then `certaudit scan`."
    ));
    page.line("#");
    for records in &survey.records {
        page.comment(&format!("{}: {}", records.owner, records.outcome()));
    }
    page.line("");
    page.key("name", domain);
    page.key("domain", domain);
    page.unknown("presence domains besides this one: xmpp_domains = [\"…\"].");
    page.unknown("default release of the nodes: release = \"14SU2\". Several rules depend on it.");
    page.unknown("who signs in; without this line all do: clients = [\"windows\", \"mac\", \"ios\", \"android\"].");
}

fn trust(page: &mut Page, known: &Known) {
    page.line("\n[trust]");
    page.line("system = true    # this machine's store stands for the clients'");
    if known.roots.is_empty() {
        page.unknown("roots that were pushed to the clients: roots = [\"pki/root.pem\"].");
    } else {
        let roots: Vec<String> = known.roots.iter().map(|path| quoted(path)).collect();
        page.line(&format!("roots = [{}]", roots.join(", ")));
    }
}

/// Mobile and Remote Access, federation.
fn outside(page: &mut Page, survey: &Survey, found: &Found) {
    let has = |product| found.nodes_of(product).next().is_some();
    if has(Product::ExpresswayE) {
        page.line("\n[mra]");
        page.unknown("registration_domains, when not the domain above; cluster_name of a clustered Expressway-C; phone_security_profiles.");
    } else {
        page.line("");
        page.unknown("no _collab-edge record was seen. Where users come in through Expressway, add [mra] and the Expressway-E nodes.");
    }
    if survey.offered(Service::XmppServer).next().is_none() {
        page.unknown(
            "no _xmpp-server record was seen. Where XMPP federation is used, add [federation].",
        );
        return;
    }
    let federates = |node: &&FoundNode| {
        node.remarks
            .iter()
            .any(|remark| remark == "_xmpp-server._tcp")
    };
    let through = match found.nodes.iter().find(federates).map(|node| node.product) {
        Some(Product::ExpresswayE) => Some("expressway"),
        Some(Product::ImPresence) => Some("im-presence"),
        _ => None,
    };
    match through {
        Some(through) => {
            page.line("\n[federation]");
            page.key("through", through);
            page.unknown("domains, when not the presence domains; chat_node_aliases.");
        }
        None => page.unknown(&format!(
            "_xmpp-server names {}, which is none of the nodes below. Whichever faces the partners: add it, and [federation] \
             with through = \"expressway\" or \"im-presence\".",
            found.federating.join(", ")
        )),
    }
}

fn write_node(page: &mut Page, node: &FoundNode, names: &mut BTreeSet<String>) {
    page.line("\n[[node]]");
    for remark in &node.remarks {
        page.comment(remark);
    }
    page.key("name", &name(node, names));
    page.key("product", node.product.name());
    page.key("address", &node.address);
    if node.port != TOMCAT {
        page.line(&services(node));
    }
    for question in &node.questions {
        page.unknown(question);
    }
}

/// The first label where that is nobody else's, or the whole address.
fn name(node: &FoundNode, names: &mut BTreeSet<String>) -> String {
    let is_ip = node.address.parse::<std::net::IpAddr>().is_ok();
    let label = node.address.split('.').next().unwrap_or_default();
    let short = if is_ip { &*node.address } else { label };
    let name = if names.contains(short) {
        &*node.address
    } else {
        short
    };
    names.insert(name.to_owned());
    name.to_owned()
}

/// The product's own services, the first of them on the port that DNS says.
fn services(node: &FoundNode) -> String {
    let listed = |requirement| {
        !matches!(
            requirement,
            Requirement::WhenListed | Requirement::OptionalWhenListed
        )
    };
    let own = node.product.services().iter();
    let words: Vec<String> = own
        .filter(|service| listed(service.requirement))
        .map(|service| {
            if service.port == TOMCAT {
                format!("{{ service = \"{}\", port = {} }}", service.name, node.port)
            } else {
                quoted(service.name)
            }
        })
        .collect();
    format!("services = [{}]", words.join(", "))
}

/// What no record and no list can tell.
fn rest(page: &mut Page, found: &Found) {
    page.line("");
    for (address, remark) in &found.doubtful {
        page.unknown(&format!(
            "{address} ({remark}) does not answer UDS: an IM and Presence node, or a CUCM node that is down or gone. Take out \
             the number signs, and set the product."
        ));
        page.line("# [[node]]");
        page.line("# product = \"im-presence\"    # or \"cucm\"");
        page.line(&format!("# address = {}", quoted(address)));
    }
    for (place, why) in &found.unusable {
        page.unknown(&format!(
            "{place} cannot stand in a deployment file: {why}."
        ));
    }
    let missing = [
        (Product::Cucm, "CUCM nodes: no _cisco-uds record was seen"),
        (
            Product::ImPresence,
            "IM and Presence nodes: no _cuplogin record was seen",
        ),
    ];
    for (product, words) in missing {
        if found.nodes_of(product).next().is_none() {
            page.unknown(&format!(
                "{words}. Add them with product = \"{}\".",
                product.name()
            ));
        }
    }
    page.unknown(
        "neither DNS nor UDS tells of further IM and Presence nodes, Unity Connection, Expressway-C, Webex Meetings Server, \
         LDAP directories and identity providers. Add a [[node]] for each.",
    );
    page.unknown(
        "[multi_server], [[setting]] and [[sip_trunk]] tell what stands in the products' own configuration; README says how.",
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::path::Path;

    use super::super::found::Found;
    use super::super::survey::{Records, Service, Survey};
    use super::{Known, write};
    use crate::catalog::Product;
    use crate::deployment::{Deployment, FederationThrough};
    use crate::evidence::{Uds, UdsServers, UdsVersion};
    use crate::probe::srv::Offered;

    fn records(service: Service, targets: &[(&str, u16)]) -> Records {
        let offered = |(target, port): &(&str, u16)| Offered {
            priority: 0,
            weight: 0,
            port: *port,
            target: (*target).to_owned(),
        };
        Records {
            service,
            owner: format!("{service:?}.acme.test"),
            answer: Ok(targets.iter().map(offered).collect()),
        }
    }

    fn uds(node: &str, address: &str, names: Option<&[&str]>) -> Uds {
        let failed = || "connection refused\n[[node]]".to_owned();
        Uds {
            node: node.to_owned(),
            port: 8443,
            address: Some(address.to_owned()),
            servers: match names {
                Some(names) => UdsServers::Listed {
                    names: names.iter().map(|name| (*name).to_owned()).collect(),
                },
                None => UdsServers::Failed { reason: failed() },
            },
            version: match names {
                Some(_) => UdsVersion::Told {
                    text: "14.0.1\u{202e}\n".to_owned(),
                },
                None => UdsVersion::Failed { reason: failed() },
            },
        }
    }

    fn survey(records: Vec<Records>, answers: Vec<Uds>) -> Survey {
        Survey {
            domain: "acme.test".to_owned(),
            records,
            answers,
        }
    }

    fn known() -> Known {
        Known {
            domain: "acme.test".to_owned(),
            dns_server: Some("127.0.0.1:5353".parse().unwrap()),
            roots: vec!["C:\\pki\\\"root\".pem".to_owned()],
        }
    }

    #[track_caller]
    fn written(survey: &Survey) -> (String, Deployment) {
        let text = write(&known(), survey, &Found::of(survey));
        let deployment = Deployment::parse(&text, Path::new(""), &[])
            .unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        (text, deployment)
    }

    #[test]
    fn a_whole_site_is_read_back() {
        let list: &[&str] = &[
            "cucm-pub.acme.test",
            "CUCM-SUB",
            "cucm-3.acme.test",
            "10.0.0.1",
            "imp9.acme.test",
        ];
        let (text, deployment) = written(&survey(
            vec![
                records(
                    Service::Uds,
                    &[("cucm-pub.acme.test", 8443), ("cucm-sub.acme.test", 9443)],
                ),
                records(Service::Cuplogin, &[("imp1.acme.test", 8443)]),
                records(Service::CollabEdge, &[("edge.acme.test", 8443)]),
                records(Service::XmppServer, &[("edge.acme.test", 5269)]),
            ],
            vec![
                uds("cucm-pub.acme.test", "10.0.0.1:8443", Some(list)),
                uds("cucm-sub.acme.test", "10.0.0.2:9443", None),
                uds("cucm-3.acme.test", "10.0.0.3:8443", Some(list)),
                uds("imp9.acme.test", "10.0.0.9:8443", None),
            ],
        ));
        let nodes: Vec<(&str, Product)> = deployment
            .nodes
            .iter()
            .map(|node| (&*node.name, node.product))
            .collect();
        let wanted = [
            ("cucm-pub", Product::Cucm),
            ("cucm-sub", Product::Cucm),
            ("imp1", Product::ImPresence),
            ("edge", Product::ExpresswayE),
            ("cucm-3", Product::Cucm),
        ];
        assert_eq!(nodes, wanted, "{text}");
        let port = |node: usize, name: &str| {
            let mut services = deployment.nodes[node].services.iter();
            services.find(|one| one.name == name).unwrap().port
        };
        assert_eq!(
            (port(0, "tomcat"), port(1, "tomcat"), port(1, "sip")),
            (8443, 9443, 5061)
        );
        assert!(deployment.mra.is_some());
        assert_eq!(
            deployment.federation.unwrap().through,
            FederationThrough::Expressway
        );
        assert_eq!(
            deployment.dns_server,
            Some("127.0.0.1:5353".parse().unwrap())
        );
        assert_eq!(deployment.trust.roots, [Path::new("C:\\pki\\\"root\".pem")]);
        assert!(text.contains("# address = \"imp9.acme.test\""), "{text}");
        assert!(
            text.contains("holds CUCM-SUB for it") && text.contains("holds 10.0.0.1 for it"),
            "{text}"
        );
        assert!(text.contains("14.0.1\\u{202e}\\u{a}"), "{text}");
    }

    #[test]
    fn hostile_names_stay_comments() {
        let hostile = "a\n[[node]]\nproduct = \"cucm\"\naddress = \"evil.test\"\n#";
        let (text, deployment) = written(&survey(
            vec![records(
                Service::Uds,
                &[("cucm.acme.test", 8443), (hostile, 8443)],
            )],
            vec![uds(
                "cucm.acme.test",
                "10.0.0.1:8443",
                Some(&[hostile, "\"]\n", "*.acme.test"]),
            )],
        ));
        assert_eq!(deployment.nodes.len(), 1, "{text}");
        assert!(
            text.lines()
                .all(|line| !line.contains("evil.test") || line.starts_with('#'))
        );
        let whole = text.replace("\n#   ", " ");
        let said = whole.matches("cannot stand in a deployment file");
        assert_eq!(said.count(), 4, "{text}");
    }

    #[test]
    fn what_faces_partners_may_be_nobody_that_is_known() {
        let (text, deployment) = written(&survey(
            vec![
                records(
                    Service::Cuplogin,
                    &[("imp1.acme.test", 8443), ("imp1.other.test", 8443)],
                ),
                records(Service::XmppServer, &[("partner.acme.test", 5269)]),
            ],
            Vec::new(),
        ));
        assert!(deployment.federation.is_none() && deployment.mra.is_none());
        assert!(text.contains("partner.acme.test, which is none"), "{text}");
        let names: Vec<&str> = deployment.nodes.iter().map(|node| &*node.name).collect();
        assert_eq!(names, ["imp1", "imp1.other.test"]);
    }
}

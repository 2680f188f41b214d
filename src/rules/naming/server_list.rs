//! The cluster's own server list, each name with the node of the deployment that it belongs to.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::literal;
use crate::audit::estate::Estate;
use crate::deployment::Node;
use crate::identity::{is_short, normalise};

/// A name in a server list.
pub(super) struct Entry {
    /// As the cluster gives it.
    pub(super) name: String,
    /// The node of the deployment has that address or name; otherwise the cluster's list was given by this node, and the
    /// deployment has none.
    pub(super) has_owner: bool,
}

/// Every name that any list holds, once, by the node that it belongs to, or else by the first one, in the order of the
/// evidence, that gave it. Those of nodes that were left out of this run are not among them.
pub(super) struct ServerLists(HashMap<String, Vec<Entry>>);

impl ServerLists {
    /// Those of an estate.
    pub(super) fn of(estate: &Estate<'_>) -> Arc<Self> {
        estate.once(|| Self::read(estate))
    }

    /// The names that are to be judged at a node.
    pub(super) fn at(&self, node: &str) -> &[Entry] {
        self.0.get(node).map_or(&[], Vec::as_slice)
    }

    fn read(estate: &Estate<'_>) -> Self {
        if estate.uds.is_empty() {
            return Self(HashMap::new());
        }
        let (nodes, left_out) = (
            Called::of(&estate.deployment.nodes),
            Called::of(&estate.deployment.left_out),
        );
        let answering = answering(estate);
        let (mut known, mut lists) = (BTreeSet::new(), HashMap::<String, Vec<Entry>>::new());
        for uds in estate.uds {
            for name in uds.names() {
                if !known.insert(normalise(name)) || left_out.has(name) {
                    continue;
                }
                let found = nodes.called(name);
                let found = found.or_else(|| *answering.get(&literal(name)?)?);
                let owner = found.or_else(|| nodes.begins_with(name));
                lists
                    .entry(owner.unwrap_or(&uds.node).to_owned())
                    .or_default()
                    .push(Entry {
                        name: name.clone(),
                        has_owner: owner.is_some(),
                    });
            }
        }
        Self(lists)
    }
}

/// Nodes by what they are called.
struct Called<'a> {
    /// By address, name and `connect`: the first one of the file.
    by_name: HashMap<String, &'a str>,
    /// By the first label of the address; `None` where several would do.
    by_label: HashMap<String, Option<&'a str>>,
}

impl<'a> Called<'a> {
    fn of(nodes: &'a [Node]) -> Self {
        let (mut by_name, mut by_label) = (HashMap::new(), HashMap::new());
        for node in nodes {
            let names = [Some(&node.address), Some(&node.name), node.connect.as_ref()];
            for name in names.into_iter().flatten() {
                by_name.entry(spelled(name)).or_insert(&*node.name);
            }
            let address = normalise(&node.address);
            let label = address.split('.').next().unwrap_or_default().to_owned();
            by_label
                .entry(label)
                .and_modify(|known| *known = None)
                .or_insert(Some(&*node.name));
        }
        Self { by_name, by_label }
    }

    fn called(&self, name: &str) -> Option<&'a str> {
        self.by_name.get(&spelled(name)).copied()
    }

    /// The one node whose address begins with a name without a domain.
    fn begins_with(&self, name: &str) -> Option<&'a str> {
        let known = self.by_label.get(&normalise(name)).copied().flatten();
        known.filter(|_| is_short(name))
    }

    fn has(&self, name: &str) -> bool {
        let begins = is_short(name) && self.by_label.contains_key(&normalise(name));
        begins || self.called(name).is_some()
    }
}

/// One spelling for each address and each name.
fn spelled(name: &str) -> String {
    literal(name).map_or_else(|| normalise(name), |ip| ip.to_string())
}

/// The one node that answered at an IP address; behind a port forward they all do, and it is `None`.
fn answering<'a>(estate: &Estate<'a>) -> HashMap<IpAddr, Option<&'a str>> {
    let mut nodes = HashMap::new();
    for uds in estate.uds {
        let socket = uds.address.as_deref();
        let socket = socket.and_then(|text| text.parse::<SocketAddr>().ok());
        if let Some(socket) = socket {
            nodes
                .entry(socket.ip())
                .and_modify(|known| *known = None)
                .or_insert(Some(&*uds.node));
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::Called;
    use crate::audit::testing::{CLUSTER, Scene};
    use crate::deployment::Node;

    /// Two nodes whose addresses begin alike, one that is connected to elsewhere, and one known by its IP address.
    fn called<T>(work: impl FnOnce(&Called<'_>) -> T) -> T {
        let node = |name: &str, address: &str| {
            format!("[[node]]\nname = \"{name}\"\nproduct = \"cucm\"\naddress = \"{address}\"\n")
        };
        let file = [
            CLUSTER.to_owned(),
            node("first", "twin.acme.test"),
            node("second", "twin.branch.acme.test"),
            format!("{}connect = \"192.0.2.7\"\n", node("far", "edge.acme.test")),
            node("bare", "2001:db8::1"),
        ];
        Scene::new(&file.concat()).with_estate(|estate| {
            let nodes: &[Node] = &estate.deployment.nodes;
            work(&Called::of(nodes))
        })
    }

    #[test]
    fn a_node_is_called_by_its_address_its_name_or_where_it_is_connected() {
        called(|nodes| {
            for (name, node) in [
                ("CUCM-pub.acme.test.", Some("cucm-pub")),
                ("imp1", Some("imp1")),
                ("FIRST", Some("first")),
                ("192.0.2.7", Some("far")),
                ("[2001:DB8:0::1]", Some("bare")),
                ("twin", None),
                ("twin.other.test", None),
            ] {
                assert_eq!(nodes.called(name), node, "{name}");
                assert_eq!(nodes.has(name), node.is_some() || name == "twin", "{name}");
            }
        });
    }

    #[test]
    fn a_short_name_belongs_to_the_only_node_whose_address_begins_with_it() {
        called(|nodes| {
            assert_eq!(nodes.begins_with("Edge"), Some("far"));
            assert_eq!(nodes.begins_with("twin"), None, "two begin with it");
            assert_eq!(nodes.begins_with("edge.other.test"), None);
            assert_eq!(nodes.begins_with("unknown"), None);
            assert!(nodes.has("edge") && nodes.has("twin"));
            assert!(!nodes.has("unknown") && !nodes.has("edge.other.test"));
        });
    }
}

//! What UDS, the User Data Services of CUCM, answered to two requests that need no login.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

/// What UDS of one CUCM node answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uds {
    /// Name of the node that was asked.
    pub node: String,
    /// The port that clients use.
    pub port: u16,
    /// The socket address that was connected to; nothing when there was no connection.
    pub address: Option<String>,
    /// What came of `/cucm-uds/servers`.
    pub servers: UdsServers,
    /// What came of `/cucm-uds/version`.
    pub version: UdsVersion,
}

/// The cluster's own list of its servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum UdsServers {
    /// It was had.
    Listed {
        /// The names as the cluster gives them, in its order: what stands in System > Server. Escape before showing.
        names: Vec<String>,
    },
    /// It was not.
    Failed {
        /// What went wrong, in words.
        reason: String,
    },
}

/// The version that UDS says it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum UdsVersion {
    /// It said so.
    Told {
        /// As it was told ("14.0.1"). Escape before showing.
        text: String,
    },
    /// It did not.
    Failed {
        /// What went wrong, in words.
        reason: String,
    },
}

impl Uds {
    /// The names of the list; none when it was not had.
    pub fn names(&self) -> &[String] {
        match &self.servers {
            UdsServers::Listed { names } => names,
            UdsServers::Failed { .. } => &[],
        }
    }

    fn key(&self) -> (&str, u16) {
        (&self.node, self.port)
    }

    /// Takes over what the other answer tells: an answer rather than a failure, and of two alike the newer one.
    fn take(&mut self, other: Self, other_is_newer: bool) {
        let listed = |uds: &Self| matches!(uds.servers, UdsServers::Listed { .. });
        let told = |uds: &Self| matches!(uds.version, UdsVersion::Told { .. });
        let better = |known: bool, new: bool| (new && !known) || (new == known && other_is_newer);
        let (better_list, better_version) = (
            better(listed(self), listed(&other)),
            better(told(self), told(&other)),
        );
        if better_list {
            self.address = other.address;
            self.servers = other.servers;
        }
        if better_version {
            self.version = other.version;
        }
    }
}

/// Adds what another vantage point was answered; one for each node and port, sorted by them.
pub(super) fn merge(known: &mut Vec<Uds>, other: Vec<Uds>, other_is_newer: bool) {
    let owned = |uds: &Uds| (uds.node.clone(), uds.port);
    let places = known.iter().map(owned).enumerate().rev();
    let mut places: HashMap<_, usize> = places.map(|(place, key)| (key, place)).collect();
    for uds in other {
        match places.entry(owned(&uds)) {
            Entry::Occupied(same) => known[*same.get()].take(uds, other_is_newer),
            Entry::Vacant(new) => {
                new.insert(known.len());
                known.push(uds);
            }
        }
    }
    known.sort_by(|a, b| a.key().cmp(&b.key()));
}

#[cfg(test)]
mod tests {
    use super::{Uds, UdsServers, UdsVersion, merge};

    fn uds(node: &str, names: Option<&[&str]>, version: Option<&str>) -> Uds {
        let reason = "no answer".to_owned();
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Uds {
            node: node.to_owned(),
            port: 8443,
            address: None,
            servers: names.map_or_else(
                || UdsServers::Failed {
                    reason: reason.clone(),
                },
                |names| UdsServers::Listed { names: list(names) },
            ),
            version: version.map_or_else(
                || UdsVersion::Failed {
                    reason: reason.clone(),
                },
                |text| UdsVersion::Told {
                    text: text.to_owned(),
                },
            ),
        }
    }

    #[test]
    fn nodes_of_both_are_kept() {
        let mut known = vec![uds("sub", Some(&["a"]), None)];
        merge(&mut known, vec![uds("pub", None, None)], false);
        let nodes: Vec<&str> = known.iter().map(|uds| &*uds.node).collect();
        assert_eq!(nodes, ["pub", "sub"]);
    }

    #[test]
    fn an_answer_wins_over_a_failure_whichever_is_newer() {
        for newer in [true, false] {
            let mut known = vec![uds("pub", Some(&["a"]), None)];
            merge(&mut known, vec![uds("pub", None, Some("14.0.1"))], newer);
            assert_eq!(known, [uds("pub", Some(&["a"]), Some("14.0.1"))]);
        }
    }

    #[test]
    fn of_two_answers_the_newer_one_stands() {
        for (newer, name) in [(true, "new"), (false, "old")] {
            let mut known = vec![uds("pub", Some(&["old"]), None)];
            merge(&mut known, vec![uds("pub", Some(&["new"]), None)], newer);
            assert_eq!(known[0].names(), [name]);
        }
    }
}

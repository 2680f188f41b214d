//! Parts of a fleet that are probed apart from each other.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::certificate::Digest;

/// One of several disjoint parts of a deployment's nodes. Which part a node belongs to depends on its name alone, so that
/// it stays there when other nodes come and go.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Which one, from 1.
    pub number: u16,
    /// Of how many.
    pub of: u16,
}

impl Shard {
    /// "3/8".
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let shard = Self {
            number: number.parse().ok()?,
            of: of.parse().ok()?,
        };
        (1..=shard.of).contains(&shard.number).then_some(shard)
    }

    /// Whether the node of that name belongs to it.
    pub fn holds(self, node: &str) -> bool {
        let digest = Digest::of(node.as_bytes()).to_string();
        // Sixteen hex digits always fit.
        let spread = u64::from_str_radix(&digest[..16], 16).unwrap_or(0);
        spread % u64::from(self.of) + 1 == u64::from(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Evidence {
    /// The shards that are not among those this evidence was merged from; none where it was not sharded.
    pub fn missing_shards(&self) -> Vec<Shard> {
        let present: BTreeSet<&Shard> = self.shards.iter().collect();
        let mut counts: Vec<u16> = self.shards.iter().map(|shard| shard.of).collect();
        counts.sort_unstable();
        counts.dedup();
        counts
            .into_iter()
            .flat_map(|of| (1..=of).map(move |number| Shard { number, of }))
            .filter(|shard| !present.contains(shard))
            .collect()
    }

    pub(super) fn add_shards(&mut self, others: Vec<Shard>) {
        self.shards.extend(others);
        self.shards.sort_unstable();
        self.shards.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn a_shard_is_written_as_one_of_many() {
        assert_eq!(Shard::parse("3/8"), Some(Shard { number: 3, of: 8 }));
        for wrong in [
            "0/8", "9/8", "3", "3/", "/8", "0/0", "-1/8", "1/99999", "a/b", "1/8/2",
        ] {
            assert_eq!(Shard::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_node_belongs_to_exactly_one_shard() {
        let mut sizes = [0; 8];
        for number in 0..1000 {
            let node = format!("cucm-{number}.acme.test");
            let holders: Vec<u16> = (1..=8)
                .filter(|number| {
                    Shard {
                        number: *number,
                        of: 8,
                    }
                    .holds(&node)
                })
                .collect();
            assert_eq!(holders.len(), 1, "{node}");
            sizes[usize::from(holders[0]) - 1] += 1;
        }
        assert!(
            sizes.iter().all(|size| (90..160).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn a_node_stays_where_it_was() {
        // Array jobs of two versions of this program must agree.
        let shards = |node: &str| {
            (1..=8).find(|number| {
                Shard {
                    number: *number,
                    of: 8,
                }
                .holds(node)
            })
        };
        assert_eq!(
            ["cucm-pub", "imp1", "expe1.acme.test"].map(shards),
            [Some(3), Some(5), Some(6)]
        );
    }
}

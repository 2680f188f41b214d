//! Accepting findings: a waiver names a rule, perhaps a node and a service, a reason and a last day.

use std::collections::HashMap;

use super::rule::Rule;
use super::{Context, Judgement, Waived};
use crate::deployment::Waiver;

/// The waivers of a deployment, and for each the findings that it names, expired or not.
pub(super) struct Waivers<'a> {
    all: &'a [Waiver],
    matched: Vec<usize>,
    expired: Vec<bool>,
    by_rule: HashMap<&'a str, ByNode<'a>>,
}

/// Places of the waivers of one rule: by the node that they name; under `None` those of all nodes.
type ByNode<'a> = HashMap<Option<&'a str>, Vec<usize>>;

impl<'a> Waivers<'a> {
    pub(super) fn of(all: &'a [Waiver], context: &Context) -> Self {
        let mut by_rule: HashMap<&str, ByNode<'_>> = HashMap::new();
        for (place, waiver) in all.iter().enumerate() {
            let of_rule = by_rule.entry(&waiver.rule).or_default();
            of_rule
                .entry(waiver.node.as_deref())
                .or_default()
                .push(place);
        }
        Self {
            all,
            matched: vec![0; all.len()],
            expired: all.iter().map(|one| is_expired(one, context)).collect(),
            by_rule,
        }
    }

    /// Whether any names that rule.
    pub(super) fn name(&self, rule: &Rule) -> bool {
        self.by_rule.contains_key(rule.id)
    }

    /// Marks a finding as accepted by the first waiver that names it and holds, and counts it for all that name it.
    pub(super) fn apply(&mut self, finding: &mut Judgement) {
        if !finding.is_finding() {
            return;
        }
        let Some(of_rule) = self.by_rule.get(finding.rule.id) else {
            return;
        };
        let node = finding.place.node.as_deref();
        let of_node = node.and_then(|node| of_rule.get(&Some(node)));
        let mut named: Vec<usize> = [of_node, of_rule.get(&None)]
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .filter(|place| names_service(&self.all[*place], finding))
            .collect();
        named.sort_unstable();
        for place in &named {
            self.matched[*place] += 1;
        }
        let holding = named.into_iter().find(|place| !self.expired[*place]);
        finding.waived = holding.map(|place| Waived {
            reason: self.all[place].reason.clone(),
            expires: self.all[place].expires,
        });
    }

    /// Each with how many findings it names.
    pub(super) fn counted(&self) -> impl Iterator<Item = (&'a Waiver, usize)> + '_ {
        self.all.iter().zip(self.matched.iter().copied())
    }
}

/// Whether its last day is over.
pub fn is_expired(waiver: &Waiver, context: &Context) -> bool {
    waiver.expires.is_some_and(|end| context.at > end)
}

fn names_service(waiver: &Waiver, finding: &Judgement) -> bool {
    let wanted = waiver.service.as_deref();
    wanted.is_none_or(|wanted| finding.place.service.as_deref() == Some(wanted))
}

/// Whether it names the finding, expired or not.
pub fn names(waiver: &Waiver, finding: &Judgement) -> bool {
    let is = |wanted: &Option<String>, present: Option<&str>| {
        wanted
            .as_deref()
            .is_none_or(|wanted| present == Some(wanted))
    };
    waiver.rule == finding.rule.id
        && is(&waiver.node, finding.place.node.as_deref())
        && is(&waiver.service, finding.place.service.as_deref())
}

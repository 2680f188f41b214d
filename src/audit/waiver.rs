//! Accepting findings: a waiver names a rule, perhaps a node and a service, a reason and a last day.

use std::collections::{BTreeSet, HashMap};

use super::rule::Rule;
use super::{Context, Judgement, Waived};
use crate::deployment::Waiver;

/// The waivers of a deployment, and for each the findings that it names, expired or not.
pub(super) struct Waivers<'a> {
    all: &'a [Waiver],
    /// By rule and scope the place among the groups.
    by_rule: HashMap<&'a str, HashMap<Scope<'a>, usize>>,
    groups: Vec<Alike>,
}

/// The node and the service that a waiver names; `None` for all.
type Scope<'a> = (Option<&'a str>, Option<&'a str>);

/// Waivers of one rule and scope: what one of them names, all do.
#[derive(Default)]
struct Alike {
    matched: usize,
    /// The place of the first one that is not expired.
    holding: Option<usize>,
}

impl<'a> Waivers<'a> {
    pub(super) fn of(all: &'a [Waiver], context: &Context) -> Self {
        let mut by_rule: HashMap<&str, HashMap<Scope<'_>, usize>> = HashMap::new();
        let mut groups: Vec<Alike> = Vec::new();
        for (place, waiver) in all.iter().enumerate() {
            let of_rule = by_rule.entry(&waiver.rule).or_default();
            let group = *of_rule.entry(scope(waiver)).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Alike::default());
            }
            if groups[group].holding.is_none() && !is_expired(waiver, context) {
                groups[group].holding = Some(place);
            }
        }
        Self {
            all,
            by_rule,
            groups,
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
        let mut holding = None;
        for scope in wider(finding) {
            if let Some(group) = of_rule.get(&scope) {
                let alike = &mut self.groups[*group];
                alike.matched += 1;
                holding = holding.into_iter().chain(alike.holding).min();
            }
        }
        finding.waived = holding.map(|place: usize| Waived {
            reason: self.all[place].reason.clone(),
            expires: self.all[place].expires,
        });
    }

    /// Each with how many findings it names.
    pub(super) fn counted(&self) -> impl Iterator<Item = (&'a Waiver, usize)> + '_ {
        let matched = |waiver: &Waiver| {
            let group = self.by_rule.get(&*waiver.rule)?.get(&scope(waiver))?;
            Some(self.groups[*group].matched)
        };
        let all = self.all.iter();
        all.map(move |waiver| (waiver, matched(waiver).unwrap_or(0)))
    }
}

fn scope(waiver: &Waiver) -> Scope<'_> {
    (waiver.node.as_deref(), waiver.service.as_deref())
}

/// The scopes that a finding is in, each once.
fn wider(finding: &Judgement) -> BTreeSet<Scope<'_>> {
    let (node, service) = (&finding.place.node, &finding.place.service);
    let own = (node.as_deref(), service.as_deref());
    BTreeSet::from([own, (own.0, None), (None, own.1), (None, None)])
}

/// Whether its last day is over.
pub fn is_expired(waiver: &Waiver, context: &Context) -> bool {
    waiver.expires.is_some_and(|end| context.at > end)
}

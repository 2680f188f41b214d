//! The order in which judgements are told.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::Judgement;
use super::super::estate::Estate;
use super::super::rule::Rule;

/// Failed before unknown, open before waived, grave before light, then as the deployment file and the list of rules go.
pub(super) fn sorted(
    judgements: Vec<Judgement>,
    rules: &[&'static Rule],
    estate: &Estate<'_>,
) -> Vec<Judgement> {
    let ranks: HashMap<&str, usize> = rules.iter().map(|rule| rule.id).zip(0..).collect();
    let key = |one: &Judgement| {
        let worst = one.effects.iter().map(|effect| effect.outcome).max();
        let node = one.place.node.as_deref();
        (
            (one.status, one.waived.is_some()),
            (Reverse(one.severity), Reverse(worst)),
            node.and_then(|name| estate.place_of(name)),
            (one.place.port, ranks.get(one.rule.id).copied()),
        )
    };
    let mut keyed: Vec<_> = judgements.into_iter().map(|one| (key(&one), one)).collect();
    keyed.sort_by(|(key, one), (other_key, other)| {
        key.cmp(other_key)
            .then_with(|| words(one).cmp(&words(other)))
    });
    keyed.into_iter().map(|(_, one)| one).collect()
}

fn words(one: &Judgement) -> (Option<&str>, Option<&str>, &str) {
    let (service, expected) = (one.place.service.as_deref(), one.expected.as_deref());
    (service, expected, &one.message)
}

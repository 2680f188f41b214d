//! The order in which judgements are told.

use std::cmp::Reverse;

use super::super::Judgement;
use super::super::estate::Estate;
use super::super::rule::Rule;

/// Failed before unknown, open before waived, grave before light, then as the deployment file and the list of rules go.
pub(super) fn sort(judgements: &mut [Judgement], rules: &[&'static Rule], estate: &Estate<'_>) {
    let rank = |id: &str| rules.iter().position(|rule| rule.id == id);
    let nodes = |name: &Option<String>| {
        name.as_deref()
            .and_then(|name| estate.nodes.iter().position(|view| view.node.name == name))
    };
    judgements.sort_by_cached_key(|judgement| {
        let worst = judgement.effects.iter().map(|effect| effect.outcome).max();
        (
            (judgement.status, judgement.waived.is_some()),
            (Reverse(judgement.severity), Reverse(worst)),
            (
                nodes(&judgement.place.node),
                judgement.place.port,
                rank(judgement.rule.id),
            ),
            (
                judgement.place.service.clone(),
                judgement.expected.clone(),
                judgement.message.clone(),
            ),
        )
    });
}

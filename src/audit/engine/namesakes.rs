//! Judgements of one rule at one place that nothing tells apart: each gets a name of its own.

use std::collections::HashMap;

use super::super::{Judgement, Status};
use crate::certificate::Digest;

/// Gives every judgement an id of its own. The first of those with one id keeps it, what failed before what is unknown; the
/// others take their number among them into it, in the order in which the rule told them. What a report may leave out comes
/// last: so the ids of findings are the same in every report.
pub(super) fn tell_apart(judgements: &mut [Judgement]) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for rank in RANKS {
        for one in judgements.iter_mut().filter(|one| rank_of(one) == rank) {
            let count = known.entry(one.id.clone()).or_default();
            *count += 1;
            if *count > 1 {
                one.id = numbered(&one.id, *count);
            }
        }
    }
}

fn numbered(id: &str, count: usize) -> String {
    let parts = [id, &count.to_string()].join("\u{1f}");
    Digest::of(parts.as_bytes()).to_string()[..16].to_owned()
}

/// Failed, unknown, unknown because nothing was seen at all, everything else.
const RANKS: [u8; 4] = [0, 1, 2, 3];

fn rank_of(one: &Judgement) -> u8 {
    match (one.status, one.follows_silence) {
        (Status::Fail, _) => 0,
        (Status::Unknown, false) => 1,
        (Status::Unknown, true) => 2,
        (Status::NotApplicable | Status::Pass, _) => 3,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::audit::effect::Impact;
    use crate::audit::estate::Estate;
    use crate::audit::fix::Remedy;
    use crate::audit::rule::{Check, Owner, Rule, Severity};
    use crate::audit::testing::{CLUSTER, NOW, Scene};
    use crate::audit::verdict::{Seen, Verdict};
    use crate::audit::{Context, Judgement, Status, findings, run};

    const RULE: Rule = Rule {
        id: "test-namesakes",
        title: "findings that nothing tells apart",
        severity: Severity::Error,
        owner: Owner::Uc,
        cites: &[],
        explain: "",
        fix: "",
        remedy: Remedy::Own {
            steps: &[],
            restart: &[],
            cautions: &[],
        },
        impact: Impact::NONE,
        check: Check::Deployment(check),
    };

    fn check(_: &Estate<'_>, _: &Context) -> Verdict {
        Verdict::Each(vec![
            Verdict::Pass,
            Verdict::unknown("b was not seen"),
            Verdict::unknown("a was not seen"),
            Verdict::fail("y"),
            Verdict::fail("x"),
            Verdict::Fail(Seen::new("z").expected("z")),
            Verdict::Pass,
        ])
    }

    fn ids(judgements: &[Judgement], of: fn(&&Judgement) -> bool) -> Vec<(&str, &str)> {
        let judgements = judgements.iter().filter(of);
        judgements.map(|one| (&*one.message, &*one.id)).collect()
    }

    #[test]
    fn each_has_an_id_of_its_own_and_the_first_keeps_what_it_would_have_alone() {
        let scene = Scene::new(CLUSTER);
        scene.with_estate(|estate| {
            let context = Context { at: NOW };
            let all = run(&[&RULE], estate, &context).judgements;
            let distinct: BTreeSet<&str> = all.iter().map(|one| &*one.id).collect();
            assert_eq!((all.len(), distinct.len()), (7, 7));
            let id = |message| {
                all.iter()
                    .find(|one| one.message == message)
                    .map(|one| &*one.id)
            };
            // Of rule and place alone, as when there is no other.
            let parts = ["test-namesakes", "", "", "", "", ""].join("\u{1f}");
            let alone = crate::certificate::Digest::of(parts.as_bytes()).to_string();
            assert_eq!(id("y"), Some(&alone[..16]));
            let found = findings(&[&RULE], estate, &context).judgements;
            let is_finding = |one: &&Judgement| one.status < Status::NotApplicable;
            assert_eq!(ids(&all, is_finding), ids(&found, |_| true));
        });
    }
}

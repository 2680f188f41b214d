//! What becomes of a verdict: a judgement with its effects, its way out and its sources, kept or not.

use super::super::effect::Effect;
use super::super::fix::Fix;
use super::super::rule::Rule;
use super::super::verdict::{Seen, Verdict};
use super::super::{Judgement, Status};
use super::Engine;
use super::spot::{Spot, citations, fingerprint};

impl<'a> Engine<'a> {
    pub(super) fn take(&mut self, rule: &'static Rule, spot: Spot<'a>, verdict: Verdict) {
        match verdict {
            Verdict::Pass | Verdict::NotApplicable(_) if !self.keeps_all => {}
            Verdict::Each(_) | Verdict::OfNode(..) => {
                for single in verdict.flatten() {
                    let (spot, single) = self.at_node(spot, single);
                    self.take(rule, spot, single);
                }
            }
            Verdict::Unknown(_) if spot.is_silent() && !self.keeps_silence_of(rule) => {}
            single => {
                let judgement = self.judgement(rule, spot, single);
                self.enter(judgement);
            }
        }
    }

    pub(super) fn enter(&mut self, mut judgement: Judgement) {
        self.waivers.apply(&mut judgement);
        let is_listed =
            judgement.is_finding() && (!judgement.follows_silence || judgement.waived.is_some());
        if self.keeps_all || is_listed {
            self.judgements.push(judgement);
        }
    }

    /// Where a single verdict belongs: to the node that it names, when it does.
    fn at_node(&self, spot: Spot<'a>, single: Verdict) -> (Spot<'a>, Verdict) {
        let Verdict::OfNode(name, verdict) = single else {
            return (spot, single);
        };
        let node = self.estate.node(&name).or(spot.node);
        (Spot { node, ..spot }, *verdict)
    }

    pub(super) fn judgement(
        &self,
        rule: &'static Rule,
        spot: Spot<'a>,
        verdict: Verdict,
    ) -> Judgement {
        let (status, seen) = match verdict {
            Verdict::Fail(seen) => (Status::Fail, seen),
            Verdict::Unknown(why) => (Status::Unknown, Seen::new(why)),
            Verdict::NotApplicable(why) => (Status::NotApplicable, Seen::new(why)),
            Verdict::Pass | Verdict::Each(_) | Verdict::OfNode(..) => (Status::Pass, Seen::new("")),
        };
        let place = spot.place();
        let fix = if status == Status::Fail {
            spot.fix(rule, &seen)
        } else {
            Fix::default()
        };
        Judgement {
            id: fingerprint(rule, &place, spot.chain, seen.expected.as_deref()),
            rule,
            line: seen.line.or(spot.node.map(|view| view.node.line)),
            status,
            severity: seen.severity.unwrap_or(rule.severity),
            owner: spot.owner(rule),
            effects: self.effects(rule, &seen, status, spot),
            citations: citations(rule, &fix),
            place,
            message: seen.message,
            expected: seen.expected,
            found: seen.found,
            fix,
            waived: None,
            follows_silence: status == Status::Unknown && spot.is_silent(),
        }
    }

    fn effects(&self, rule: &Rule, seen: &Seen, status: Status, spot: Spot<'a>) -> Vec<Effect> {
        let impact = seen.impact.unwrap_or(rule.impact);
        let audience = spot.audience(self.everybody);
        match status {
            Status::Fail => self.parties.hit(&impact, audience),
            Status::Unknown => self.parties.hit(&impact.in_doubt(), audience),
            Status::NotApplicable | Status::Pass => Vec::new(),
        }
    }
}

//! The loop: every rule on every subject it takes.

mod order;
mod spot;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::effect::{Effect, effects};
use super::estate::{ChainView, Estate, NodeView, ServiceView};
use super::fix::Fix;
use super::request::RequestView;
use super::rule::{Check, Rule};
use super::subject::{
    ChainSubject, LeafSubject, NodeSubject, RequestSubject, ServiceSubject, WaiverSubject,
};
use super::verdict::{Seen, Verdict};
use super::{Audit, Context, Judgement, Status, waiver};
use spot::{Spot, citations, fingerprint};

/// Judges an estate by `rules`, in their order.
pub fn run(rules: &[&'static Rule], estate: &Estate<'_>, context: &Context) -> Audit {
    let rules: Vec<&'static Rule> = rules
        .iter()
        .copied()
        .filter(|rule| applies(rule, estate))
        .collect();
    let mut engine = Engine {
        rules: &rules,
        estate,
        context,
        judgements: Vec::new(),
    };
    for rule in &rules {
        engine.judge(rule);
    }
    let matched = waiver::apply(&estate.deployment.waivers, context, &mut engine.judgements);
    for rule in &rules {
        engine.judge_waivers(rule, &matched);
    }
    let mut judgements = engine.judgements;
    order::sort(&mut judgements, &rules, estate);
    Audit {
        at: context.at,
        rules,
        judgements,
    }
}

/// Rules about requests run where there are any; where there is nothing else, only they do.
fn applies(rule: &Rule, estate: &Estate<'_>) -> bool {
    let nothing_served = || estate.nodes.iter().all(|view| view.services.is_empty());
    match rule.check {
        Check::Request(_) => !estate.requests.is_empty(),
        _ => estate.requests.is_empty() || !nothing_served(),
    }
}

struct Engine<'a> {
    rules: &'a [&'static Rule],
    estate: &'a Estate<'a>,
    context: &'a Context,
    judgements: Vec<Judgement>,
}

impl<'a> Engine<'a> {
    fn judge(&mut self, rule: &'static Rule) {
        match rule.check {
            Check::Deployment(check) => self.ask(rule, Spot::default(), |estate, context| {
                check(estate, context)
            }),
            Check::Node(check) => self.each_node(|engine, node| {
                let spot = Spot {
                    node: Some(node),
                    ..Spot::default()
                };
                engine.ask(rule, spot, |estate, context| {
                    check(&NodeSubject { estate, node }, context)
                });
            }),
            Check::Service(check) => self.each_service(|engine, node, service| {
                let spot = Spot {
                    node: Some(node),
                    service: Some(service),
                    ..Spot::default()
                };
                engine.ask(rule, spot, |estate, context| {
                    check(
                        &ServiceSubject {
                            estate,
                            node,
                            service,
                        },
                        context,
                    )
                });
            }),
            Check::Chain(check) => self.each_chain(rule, |engine, spot, node, service, chain| {
                let ask = |estate, context: &Context| {
                    check(
                        &ChainSubject {
                            estate,
                            node,
                            service,
                            chain,
                        },
                        context,
                    )
                };
                engine.ask(rule, spot, ask);
            }),
            Check::Leaf(check) => self.each_chain(rule, |engine, spot, node, service, chain| {
                if let Some(certificate) = chain.leaf() {
                    let subject = |estate| LeafSubject {
                        estate,
                        node,
                        service,
                        chain,
                        certificate,
                    };
                    engine.ask(rule, spot, |estate, context| {
                        check(&subject(estate), context)
                    });
                }
            }),
            Check::Request(check) => self.each_request(|engine, spot, view| {
                engine.ask(rule, spot, |estate, context| {
                    check(&RequestSubject { estate, view }, context)
                });
            }),
            Check::Waiver(_) => {}
        }
    }

    fn judge_waivers(&mut self, rule: &'static Rule, matched: &[usize]) {
        let Check::Waiver(check) = rule.check else {
            return;
        };
        for (waiver, matched) in self.estate.deployment.waivers.iter().zip(matched) {
            if !self.rules.iter().any(|ran| ran.id == waiver.rule) {
                continue;
            }
            let subject = WaiverSubject {
                waiver,
                matched: *matched,
            };
            self.ask(rule, Spot::default(), |_, context| check(&subject, context));
        }
    }

    fn each_node(&mut self, mut visit: impl FnMut(&mut Self, &'a NodeView<'a>)) {
        for node in &self.estate.nodes {
            visit(self, node);
        }
    }

    fn each_service(
        &mut self,
        mut visit: impl FnMut(&mut Self, &'a NodeView<'a>, &'a ServiceView<'a>),
    ) {
        self.each_node(|engine, node| {
            for service in &node.services {
                visit(engine, node, service);
            }
        });
    }

    fn each_chain(
        &mut self,
        rule: &'static Rule,
        mut visit: impl FnMut(
            &mut Self,
            Spot<'a>,
            &'a NodeView<'a>,
            &'a ServiceView<'a>,
            &'a ChainView<'a>,
        ),
    ) {
        self.each_service(|engine, node, service| {
            if service.chains().is_empty() && service.required {
                engine.note_silence(rule, node, service);
            }
            for chain in service.chains() {
                let spot = Spot {
                    node: Some(node),
                    service: Some(service),
                    chain: Some(chain),
                    is_request: false,
                };
                visit(engine, spot, node, service, chain);
            }
        });
    }

    fn each_request(&mut self, mut visit: impl FnMut(&mut Self, Spot<'a>, &'a RequestView)) {
        for view in &self.estate.requests {
            let spot = Spot {
                node: self.estate.node(&view.node),
                is_request: true,
                ..Spot::default()
            };
            visit(self, spot, view);
        }
    }

    fn note_silence(
        &mut self,
        rule: &'static Rule,
        node: &'a NodeView<'a>,
        service: &'a ServiceView<'a>,
    ) {
        let why = service.detail().unwrap_or_default();
        let spot = Spot {
            node: Some(node),
            service: Some(service),
            ..Spot::default()
        };
        let verdict = Verdict::Unknown(format!("no certificate was seen: {why}"));
        let mut judgement = self.judgement(rule, spot, verdict);
        judgement.follows_silence = true;
        self.judgements.push(judgement);
    }

    fn ask(
        &mut self,
        rule: &'static Rule,
        spot: Spot<'a>,
        check: impl FnOnce(&'a Estate<'a>, &Context) -> Verdict,
    ) {
        let asked = catch_unwind(AssertUnwindSafe(|| check(self.estate, self.context)));
        let verdict = asked.unwrap_or_else(|_| {
            Verdict::unknown("the check itself failed, which is a fault of certaudit; please report it with the evidence")
        });
        for single in verdict.flatten() {
            let (spot, single) = self.at_node(spot, single);
            let judgement = self.judgement(rule, spot, single);
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

    fn judgement(&self, rule: &'static Rule, spot: Spot<'a>, verdict: Verdict) -> Judgement {
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
        let audience = spot.audience(self.estate);
        match status {
            Status::Fail => effects(&impact, audience, self.estate.deployment),
            Status::Unknown => effects(&impact.in_doubt(), audience, self.estate.deployment),
            Status::NotApplicable | Status::Pass => Vec::new(),
        }
    }
}

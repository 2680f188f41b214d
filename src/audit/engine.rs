//! The loop: every rule on every subject it takes.

mod enter;
mod namesakes;
mod order;
mod spot;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::effect::Parties;
use super::estate::{Estate, NodeView, ServiceView};
use super::request::RequestView;
use super::rule::{Check, Rule};
use super::subject::{ChainSubject, NodeSubject, RequestSubject, ServiceSubject, WaiverSubject};
use super::verdict::Verdict;
use super::waiver::Waivers;
use super::{Audit, Context, Judgement};
use crate::catalog::Audience;
use spot::Spot;

/// Nodes that all rules judge before they go on to the next ones: what is known of so many stays in a processor's cache.
const AT_ONCE: usize = 64;

/// Judges an estate by `rules`, in their order.
pub fn run(rules: &[&'static Rule], estate: &Estate<'_>, context: &Context) -> Audit {
    judge(rules, estate, context, true)
}

/// The same without what passed, what did not apply, and what is unknown only because a service showed nothing (unless a
/// waiver accepts it): a report lists these only when it is asked for all, and they are many times the rest.
pub fn findings(rules: &[&'static Rule], estate: &Estate<'_>, context: &Context) -> Audit {
    judge(rules, estate, context, false)
}

fn judge(
    rules: &[&'static Rule],
    estate: &Estate<'_>,
    context: &Context,
    keeps_all: bool,
) -> Audit {
    let rules: Vec<&'static Rule> = rules
        .iter()
        .copied()
        .filter(|rule| applies(rule, estate))
        .collect();
    let mut engine = Engine {
        rules: &rules,
        estate,
        context,
        keeps_all,
        everybody: spot::everybody(estate),
        parties: Parties::of(estate.deployment),
        waivers: Waivers::of(&estate.deployment.waivers, context),
        judgements: Vec::new(),
    };
    for rule in &rules {
        engine.judge(rule);
    }
    for nodes in estate.nodes.chunks(AT_ONCE) {
        for rule in &rules {
            engine.judge_nodes(rule, nodes);
        }
    }
    // What is said of waivers, no waiver accepts.
    let waivers = std::mem::replace(&mut engine.waivers, Waivers::of(&[], context));
    for rule in &rules {
        engine.judge_waivers(rule, &waivers);
    }
    namesakes::tell_apart(&mut engine.judgements);
    let judgements = order::sorted(engine.judgements, &rules, estate);
    Audit::new(context.at, rules, judgements)
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
    keeps_all: bool,
    /// Who connects to any node.
    everybody: Audience,
    parties: Parties<'a>,
    waivers: Waivers<'a>,
    judgements: Vec<Judgement>,
}

impl<'a> Engine<'a> {
    /// Rules about the whole, and about requests.
    fn judge(&mut self, rule: &'static Rule) {
        let estate = self.estate;
        match rule.check {
            Check::Deployment(check) => {
                self.ask(rule, Spot::default(), |context| check(estate, context));
            }
            Check::Request(check) => self.each_request(|engine, spot, view| {
                let subject = RequestSubject { estate, view };
                engine.ask(rule, spot, |context| check(&subject, context));
            }),
            _ => {}
        }
    }

    /// Rules about nodes and what they show.
    fn judge_nodes(&mut self, rule: &'static Rule, nodes: &'a [NodeView<'a>]) {
        let estate = self.estate;
        match rule.check {
            Check::Node(check) => {
                for node in nodes {
                    let subject = NodeSubject { estate, node };
                    self.ask(rule, Spot::of_node(node), |context| {
                        check(&subject, context)
                    });
                }
            }
            Check::Service(check) => self.each_service(nodes, |engine, node, service| {
                let subject = ServiceSubject {
                    estate,
                    node,
                    service,
                };
                let spot = Spot::of_service(node, service);
                engine.ask(rule, spot, |context| check(&subject, context));
            }),
            Check::Chain(check) => self.each_chain(rule, nodes, |engine, spot, subject| {
                engine.ask(rule, spot, |context| check(&subject, context));
            }),
            Check::Leaf(check) => self.each_chain(rule, nodes, |engine, spot, subject| {
                if let Some(subject) = subject.leaf() {
                    engine.ask(rule, spot, |context| check(&subject, context));
                }
            }),
            Check::Deployment(_) | Check::Request(_) | Check::Waiver(_) => {}
        }
    }

    fn judge_waivers(&mut self, rule: &'static Rule, waivers: &Waivers<'_>) {
        let Check::Waiver(check) = rule.check else {
            return;
        };
        let ran: HashSet<&str> = self.rules.iter().map(|rule| rule.id).collect();
        for (waiver, matched) in waivers.counted() {
            if ran.contains(&*waiver.rule) {
                let subject = WaiverSubject { waiver, matched };
                self.ask(rule, Spot::default(), |context| check(&subject, context));
            }
        }
    }

    fn each_service(
        &mut self,
        nodes: &'a [NodeView<'a>],
        mut visit: impl FnMut(&mut Self, &'a NodeView<'a>, &'a ServiceView<'a>),
    ) {
        for node in nodes {
            for service in &node.services {
                visit(self, node, service);
            }
        }
    }

    fn each_chain(
        &mut self,
        rule: &'static Rule,
        nodes: &'a [NodeView<'a>],
        mut visit: impl FnMut(&mut Self, Spot<'a>, ChainSubject<'a>),
    ) {
        let estate = self.estate;
        self.each_service(nodes, |engine, node, service| {
            if service.chains().is_empty() && service.required {
                engine.note_silence(rule, node, service);
            }
            for chain in service.chains() {
                let subject = ChainSubject {
                    estate,
                    node,
                    service,
                    chain,
                };
                let spot = Spot {
                    chain: Some(chain),
                    ..Spot::of_service(node, service)
                };
                visit(engine, spot, subject);
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
        if !self.keeps_silence_of(rule) {
            return;
        }
        let why = service.detail().unwrap_or_default();
        let spot = Spot::of_service(node, service);
        let verdict = Verdict::Unknown(format!("no certificate was seen: {why}"));
        let mut judgement = self.judgement(rule, spot, verdict);
        judgement.follows_silence = true;
        self.enter(judgement);
    }

    /// Whether a judgement that follows from silence may be kept: a waiver may name it.
    fn keeps_silence_of(&self, rule: &Rule) -> bool {
        self.keeps_all || self.waivers.name(rule)
    }

    fn ask(
        &mut self,
        rule: &'static Rule,
        spot: Spot<'a>,
        check: impl FnOnce(&Context) -> Verdict,
    ) {
        let asked = catch_unwind(AssertUnwindSafe(|| check(self.context)));
        let verdict = asked.unwrap_or_else(|_| {
            Verdict::unknown("the check itself failed, which is a fault of certaudit; please report it with the evidence")
        });
        self.take(rule, spot, verdict);
    }
}

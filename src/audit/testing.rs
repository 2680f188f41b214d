//! Small estates for the tests of rules: a deployment file, what its services present, and one rule.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use
)]

mod alterations;
mod deployments;
mod records;
mod requests;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::estate::{Estate, Source};
use super::rule::Rule;
use super::{Audit, Context, Judgement, Status, run};
use crate::certificate::issue::{Authority, Order};
use crate::certificate::{Certificate, Digest};
use crate::deployment::Deployment;
use crate::evidence::{
    CertificateRequest, Certificates, Ending, Evidence, Fetch, FetchOutcome, Lookup, LookupOutcome,
    Observation, Presentation, RecordKind, SCHEMA, Silence, UdsServers, reverse_name,
};
use crate::trust::{DeviceTrust, Lineage};

use alterations::{Asked, alter_certificates, chains, replace_sources};
use records::{record, uds};

pub use deployments::{CLUSTER, EDGE, OUTSIDE};
pub use requests::RequestScene;

/// 2026-11-21T19:00:00Z: the moment as of which scenes are judged unless they say otherwise.
pub const NOW: i64 = 1_795_287_600;

/// A deployment, evidence and trust, ready to be judged.
pub struct Scene {
    deployment: Deployment,
    evidence: Evidence,
    trust: DeviceTrust,
    root: Authority,
    issuing: Authority,
    alter: Option<fn(&mut Certificate)>,
    alter_sent: Option<fn(&mut Certificate)>,
    public_root: Option<&'static str>,
    asked: Option<Asked>,
    at: i64,
}

/// An order for a good certificate of `host`, as of [`NOW`].
pub fn order(host: &str) -> Order {
    Order::server(host, NOW)
}

impl Scene {
    /// A scene of that deployment file, in which nothing was observed yet and the devices trust "ACME Root CA".
    pub fn new(deployment: &str) -> Self {
        let known: Vec<&str> = crate::rules::RULES.iter().map(|rule| rule.id).collect();
        let deployment = Deployment::parse(deployment, Path::new(""), &known)
            .unwrap_or_else(|problems| panic!("{problems:?}"));
        let root = Authority::root("ACME Root CA", NOW).unwrap();
        let issuing = root.intermediate("ACME Issuing CA", NOW).unwrap();
        let mut trust = DeviceTrust::default();
        trust.add_root(root.der()).unwrap();
        let evidence = Evidence {
            schema: SCHEMA.to_owned(),
            version: String::new(),
            deployment: deployment.name.clone(),
            collected_at: "2026-11-21T19:00:00Z".to_owned(),
            complete: true,
            observations: Vec::new(),
            certificates: Certificates::default(),
            fetches: Vec::new(),
            dns: Vec::new(),
            uds: Vec::new(),
            redacted: None,
            shards: Vec::new(),
        };
        Self {
            deployment,
            evidence,
            trust,
            root,
            issuing,
            alter: None,
            alter_sent: None,
            public_root: None,
            asked: None,
            at: NOW,
        }
    }

    /// `node` presents on `service` what was ordered, signed by "ACME Issuing CA", with that intermediate.
    pub fn present(self, node: &str, service: &str, order: &Order) -> Self {
        let leaf = self.issuing.issue(order).unwrap().der;
        let intermediate = self.issuing.der().to_vec();
        self.present_chain(node, service, &[leaf, intermediate])
    }

    /// `node` presents on `service` what was ordered, signed with its own key.
    pub fn present_self_signed(self, node: &str, service: &str, order: &Order) -> Self {
        let leaf = order.self_signed().unwrap().der;
        self.present_chain(node, service, &[leaf])
    }

    /// `node` presents those bytes on `service`. A second call for one service adds a second chain.
    pub fn present_chain(mut self, node: &str, service: &str, chain: &[Vec<u8>]) -> Self {
        for der in chain {
            self.evidence.certificates.add(der);
        }
        let shown = Presentation {
            chain: chain.iter().map(|der| Digest::of(der)).collect(),
            version: Some("TLSv1.2".into()),
            cipher: Some("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384".into()),
            group: Some("x25519".into()),
            client_certificate: None,
            stapled_ocsp: None,
            ending: Ending::Completed,
        };
        self.observation(node, service).presentations.push(shown);
        self
    }

    /// Changes what the last presentation says of the handshake.
    pub fn handshake(mut self, change: impl FnOnce(&mut Presentation)) -> Self {
        change(
            self.evidence
                .observations
                .last_mut()
                .and_then(|seen| seen.presentations.last_mut())
                .unwrap(),
        );
        self
    }

    /// The last presentation asked for a client certificate.
    pub fn asks_client_certificate(self, authorities: &[Vec<u8>]) -> Self {
        let authorities = authorities
            .iter()
            .map(|name| STANDARD.encode(name))
            .collect();
        self.handshake(|shown| {
            shown.client_certificate = Some(CertificateRequest {
                authorities,
                required: true,
                given: false,
            });
        })
    }

    /// UDS of `node`, at that socket address, lists those servers.
    pub fn lists(mut self, node: &str, address: &str, names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.evidence
            .add_uds(vec![uds(node, address, UdsServers::Listed { names })]);
        self
    }

    /// UDS of `node` was asked and gave no list.
    pub fn lists_nothing(mut self, node: &str, reason: &str) -> Self {
        let reason = reason.to_owned();
        self.evidence.add_uds(vec![uds(
            node,
            "192.0.2.1:8443",
            UdsServers::Failed { reason },
        )]);
        self
    }

    /// `service` of `node` showed nothing.
    pub fn silent(mut self, node: &str, service: &str, silence: Silence) -> Self {
        self.observation(node, service).silence = Some(silence);
        self
    }

    /// A URL was asked, with a POST of `request` or a GET; it took that many milliseconds.
    pub fn fetched(
        mut self,
        url: &str,
        request: Option<&[u8]>,
        outcome: FetchOutcome,
        elapsed_ms: u64,
    ) -> Self {
        self.evidence.add_fetches(vec![Fetch {
            url: url.to_owned(),
            request: request.map(|bytes| STANDARD.encode(bytes)),
            outcome,
            elapsed_ms,
            redirects: Vec::new(),
        }]);
        self
    }

    /// The revocation sources of the certificates of every chain (the leaf is at 0) said just this, whatever was fetched.
    pub fn asked(mut self, sources: impl Fn(usize) -> Vec<Source> + 'static) -> Self {
        self.asked = Some(Box::new(sources));
        self
    }

    /// The decoded leaves are changed before they are judged: for what rcgen cannot make.
    pub fn alter(mut self, change: fn(&mut Certificate)) -> Self {
        self.alter = Some(change);
        self
    }

    /// The decoded certificates that were sent after the leaves are changed before they are judged; paths are not.
    pub fn alter_sent(mut self, change: fn(&mut Certificate)) -> Self {
        self.alter_sent = Some(change);
        self
    }

    /// DNS answers a question with that; `records` are addresses for A and AAAA, names for CNAME and PTR (asked about an
    /// address), "priority weight port target" for SRV.
    pub fn dns(self, name: &str, kind: RecordKind, records: &[&str]) -> Self {
        let records = records.iter().map(|text| record(kind, text)).collect();
        self.dns_outcome(name, kind, LookupOutcome::Answered { records })
    }

    /// DNS answers a question otherwise.
    pub fn dns_outcome(mut self, name: &str, kind: RecordKind, outcome: LookupOutcome) -> Self {
        let name = name.parse().map_or(name.to_owned(), reverse_name);
        self.evidence.add_lookups(vec![Lookup {
            name,
            kind,
            outcome,
        }]);
        self
    }

    /// The host has no address: DNS says so with `outcome`, for both families.
    pub fn no_address(self, name: &str, outcome: &LookupOutcome) -> Self {
        self.dns_outcome(name, RecordKind::A, outcome.clone())
            .dns_outcome(name, RecordKind::Aaaa, outcome.clone())
    }

    /// "ACME Root CA", or whatever root the chains end in, is the public root of that name.
    pub fn public(mut self, root: &'static str) -> Self {
        self.public_root = Some(root);
        self
    }

    /// Judged as of another moment (unix seconds).
    pub fn at(mut self, at: i64) -> Self {
        self.at = at;
        self
    }

    /// What the devices trust.
    pub fn trust(&mut self) -> &mut DeviceTrust {
        &mut self.trust
    }

    /// The root CA, which the devices trust.
    pub fn root(&self) -> &Authority {
        &self.root
    }

    /// The intermediate CA.
    pub fn issuing(&self) -> &Authority {
        &self.issuing
    }

    /// Judges by one rule; those that failed first.
    pub fn judge(&self, rule: &'static Rule) -> Vec<Judgement> {
        self.audit(&[rule]).judgements
    }

    /// Judges by some rules.
    pub fn audit(&self, rules: &[&'static Rule]) -> Audit {
        self.with_estate(|estate| run(rules, estate, &Context { at: self.at }))
    }

    /// What `work` makes of the estate.
    pub fn with_estate<T>(&self, work: impl FnOnce(&Estate<'_>) -> T) -> T {
        let mut estate = Estate::join(&self.deployment, &self.evidence, &self.trust, self.at);
        if let Some(change) = self.alter {
            alter_certificates(&mut estate, 0..1, change);
        }
        if let Some(change) = self.alter_sent {
            alter_certificates(&mut estate, 1..usize::MAX, change);
        }
        if let Some(root) = self.public_root {
            for chain in chains(&mut estate) {
                chain.lineage = Lineage::Public(root.to_owned());
            }
        }
        if let Some(asked) = &self.asked {
            replace_sources(&mut estate, asked);
        }
        work(&estate)
    }

    /// The findings of one rule that failed: (node, service, what was looked for).
    pub fn failures(&self, rule: &'static Rule) -> Vec<(String, String, Option<String>)> {
        let failed = self
            .judge(rule)
            .into_iter()
            .filter(|one| one.status == Status::Fail);
        let place = |one: Judgement| {
            (
                one.place.node.unwrap_or_default(),
                one.place.service.unwrap_or_default(),
                one.expected,
            )
        };
        failed.map(place).collect()
    }

    /// Panics unless the rule says just `status` about `service` of `node`, and returns the first such judgement.
    #[track_caller]
    pub fn expect(
        &self,
        rule: &'static Rule,
        node: &str,
        service: &str,
        status: Status,
    ) -> Judgement {
        let judged = self.judge(rule);
        let mut own = judged.into_iter().filter(|one| {
            one.place.node.as_deref() == Some(node)
                && (service.is_empty() || one.place.service.as_deref() == Some(service))
        });
        let first = own
            .next()
            .unwrap_or_else(|| panic!("{} says nothing about {node} {service}", rule.id));
        assert_eq!(
            first.status, status,
            "{} on {node} {service}: {}",
            rule.id, first.message
        );
        first
    }

    fn observation(&mut self, node: &str, service: &str) -> &mut Observation {
        let known = self
            .deployment
            .node(node)
            .and_then(|node| node.services.iter().find(|one| one.name == service));
        let port = known
            .unwrap_or_else(|| panic!("no service {service} on {node}"))
            .port;
        let same = |seen: &Observation| seen.node == node && seen.service == service;
        let observations = &mut self.evidence.observations;
        let position = observations
            .iter()
            .position(same)
            .unwrap_or(observations.len());
        if position < observations.len() {
            let seen = observations.remove(position);
            observations.push(seen);
        } else {
            observations.push(Observation {
                node: node.to_owned(),
                service: service.to_owned(),
                port,
                address: None,
                presentations: Vec::new(),
                silence: None,
            });
        }
        observations.last_mut().unwrap()
    }
}

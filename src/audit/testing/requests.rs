//! Signing requests for the tests of rules: what they ask for, what came back, and one rule.

use std::path::Path;
use std::sync::Arc;

use super::{NOW, order};
use crate::audit::estate::Estate;
use crate::audit::request::{Purpose, RequestView};
use crate::audit::rule::Rule;
use crate::audit::{Context, Judgement, Status, run};
use crate::catalog::{CertificateName, Product};
use crate::certificate::container::requests;
use crate::certificate::issue::{Authority, Key, Order};
use crate::certificate::{Certificate, SigningRequest};
use crate::deployment::{Deployment, RequiredName, Why};
use crate::evidence::{Certificates, Evidence, SCHEMA};
use crate::trust::DeviceTrust;

/// No evidence at all.
fn nothing_seen() -> Evidence {
    Evidence {
        schema: SCHEMA.to_owned(),
        version: String::new(),
        deployment: "requests".to_owned(),
        collected_at: "2026-11-21T19:00:00Z".to_owned(),
        complete: true,
        observations: Vec::new(),
        certificates: Certificates::default(),
        fetches: Vec::new(),
        dns: Vec::new(),
        uds: Vec::new(),
        redacted: None,
        shards: Vec::new(),
    }
}

/// Requests "1.csr", "2.csr" and so on; what is changed is the last.
pub struct RequestScene {
    views: Vec<RequestView>,
    key: Option<Key>,
}

impl RequestScene {
    /// One request for what was ordered.
    pub fn of(order: &Order) -> Self {
        let scene = Self {
            views: Vec::new(),
            key: None,
        };
        scene.and(order)
    }

    /// One request from PEM.
    pub fn read(text: &str) -> Self {
        let der = requests(text.as_bytes()).unwrap().requests.remove(0);
        let request = SigningRequest::from_der(&der).unwrap();
        let mut scene = Self::of(&order("unused.acme.test"));
        scene.views[0].request = request;
        scene
    }

    /// One more.
    pub fn and(mut self, order: &Order) -> Self {
        let issued = order.request().unwrap();
        self.key = Some(issued.key);
        self.views.push(RequestView {
            node: format!("{}.csr", self.views.len() + 1),
            is_pem: true,
            request: SigningRequest::from_der(&issued.der).unwrap(),
            purpose: None,
            required: Vec::new(),
            public_ca: false,
            issued: None,
        });
        self
    }

    /// Changes it.
    pub fn change(mut self, change: impl FnOnce(&mut RequestView)) -> Self {
        change(self.views.last_mut().unwrap());
        self
    }

    /// It is to become that certificate.
    pub fn purpose(self, product: Product, certificate: CertificateName, release: &str) -> Self {
        let release = Some(release.parse().unwrap());
        self.change(|view| {
            view.purpose = Some(Purpose {
                product,
                certificate,
                release,
            });
        })
    }

    /// The deployment needs these names in it, and no others.
    pub fn required(self, names: &[(&str, Why)]) -> Self {
        let required = names.iter().map(|(name, why)| RequiredName {
            name: (*name).to_owned(),
            why: *why,
        });
        self.change(|view| view.required = required.collect())
    }

    /// A CA signed this for its key.
    pub fn issued(self, order: &Order) -> Self {
        let key = self.key.clone();
        self.came_back(&Order {
            key,
            ..order.clone()
        })
    }

    /// A CA signed this for another key.
    pub fn issued_for_another_key(self, order: &Order) -> Self {
        self.came_back(order)
    }

    fn came_back(self, order: &Order) -> Self {
        let authority = Authority::root("ACME Root CA", NOW).unwrap();
        let der = authority.issue(order).unwrap().der;
        let certificate = Certificate::from_der(&der).unwrap();
        self.change(|view| view.issued = Some(vec![Arc::new(certificate)]))
    }

    /// Judges by one rule; those that failed first.
    pub fn judge(&self, rule: &'static Rule) -> Vec<Judgement> {
        let mut deployment = String::from("name = \"requests\"\ndomain = \"acme.test\"\n");
        for view in &self.views {
            let name = &view.node;
            deployment +=
                &format!("[[node]]\nname = \"{name}\"\nproduct = \"cucm\"\naddress = \"a\"\n");
        }
        let mut deployment = Deployment::parse(&deployment, Path::new(""), &[]).unwrap();
        deployment
            .nodes
            .iter_mut()
            .for_each(|node| node.services.clear());
        let (evidence, trust) = (nothing_seen(), DeviceTrust::default());
        let estate = Estate::join(&deployment, &evidence, &trust, NOW);
        let estate = estate.with_requests(self.views.clone());
        run(&[rule], &estate, &Context { at: NOW }).judgements
    }

    /// Those that failed.
    pub fn failures(&self, rule: &'static Rule) -> Vec<Judgement> {
        let mut judged = self.judge(rule);
        judged.retain(|one| one.status == Status::Fail);
        judged
    }

    /// Panics unless the rule says just `status` of the last request first, and returns that judgement.
    #[track_caller]
    pub fn expect(&self, rule: &'static Rule, status: Status) -> Judgement {
        let last = &self.views.last().unwrap().node;
        let mut judged = self.judge(rule);
        judged.retain(|one| one.place.node.as_ref() == Some(last));
        let first = judged.into_iter().next().unwrap();
        assert_eq!(first.status, status, "{}: {}", rule.id, first.message);
        first
    }
}

//! From what was answered to nodes.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use super::survey::{Service, Survey};
use crate::catalog::Product;
use crate::deployment::host_name;
use crate::evidence::{Uds, UdsServers, UdsVersion};
use crate::identity::is_short;
use crate::probe::srv::Offered;

/// A server that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundNode {
    pub(super) product: Product,
    /// A host name or an IP literal, as a deployment file keeps it.
    pub(super) address: String,
    /// The port of its main service.
    pub(super) port: u16,
    /// What is known about it, raw.
    pub(super) remarks: Vec<String>,
    /// What has to be settled by a person, raw.
    pub(super) questions: Vec<String>,
}

/// Everything that was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) nodes: Vec<FoundNode>,
    /// Names in the lists that may be CUCM, IM and Presence, or nothing any more; with why.
    pub(super) doubtful: Vec<(String, String)>,
    /// Names that cannot stand in a deployment file, raw, with where they stand and why.
    pub(super) unusable: Vec<(String, String)>,
    /// Targets of `_xmpp-server` that are no node.
    pub(super) federating: Vec<String>,
}

impl Found {
    pub(super) fn of(survey: &Survey) -> Self {
        let mut found = Self::default();
        for (service, product) in [
            (Service::Uds, Product::Cucm),
            (Service::Cuplogin, Product::ImPresence),
            (Service::CollabEdge, Product::ExpresswayE),
        ] {
            for offered in survey.offered(service) {
                found.enter(survey, service, product, offered);
            }
        }
        for uds in &survey.answers {
            found.tell(uds);
        }
        found.enter_lists(survey);
        for offered in survey.offered(Service::XmppServer) {
            found.federate(offered);
        }
        found
    }

    pub(super) fn nodes_of(&self, product: Product) -> impl Iterator<Item = &FoundNode> {
        self.nodes
            .iter()
            .filter(move |node| node.product == product)
    }

    fn node(&mut self, address: &str) -> Option<&mut FoundNode> {
        self.nodes.iter_mut().find(|node| node.address == address)
    }

    fn enter(&mut self, survey: &Survey, service: Service, product: Product, offered: &Offered) {
        let mut records = survey.records.iter();
        let owner = records
            .find(|records| records.service == service)
            .map_or("", |records| &*records.owner);
        let address = match host_name(&offered.target) {
            Ok(address) => address,
            Err(why) => {
                self.unusable
                    .push((format!("{} of {owner}", offered.target), why));
                return;
            }
        };
        let remark = format!(
            "{owner}, port {}, priority {}",
            offered.port, offered.priority
        );
        match self.node(&address) {
            Some(known) if known.product == product && known.port == offered.port => {}
            Some(known) => known
                .questions
                .push(format!("it is also what {remark} names")),
            None => self.nodes.push(FoundNode {
                product,
                address,
                port: offered.port,
                remarks: vec![remark],
                questions: Vec::new(),
            }),
        }
    }

    /// Remarks what UDS of a node said.
    fn tell(&mut self, uds: &Uds) {
        let Some(node) = self.node(&uds.node) else {
            return;
        };
        match (&uds.version, &uds.servers) {
            (UdsVersion::Told { text }, _) => node.questions.push(format!(
                "its release with the service update, as \"14SU2\": UDS only says version {text}"
            )),
            (UdsVersion::Failed { .. }, UdsServers::Listed { .. }) => {}
            (_, UdsServers::Failed { reason }) => node.questions.push(format!(
                "the cluster's server list was not had from it: {reason}"
            )),
        }
    }

    fn enter_lists(&mut self, survey: &Survey) {
        let mut seen = BTreeSet::new();
        for (uds, name) in survey
            .answers
            .iter()
            .flat_map(|uds| uds.names().iter().map(move |name| (uds, name)))
        {
            let read = host_name(name);
            if !seen.insert(read.clone().unwrap_or_else(|_| name.clone())) {
                continue;
            }
            match read {
                Ok(address) => self.enter_listed(survey, uds, name, address),
                Err(why) => {
                    let place = format!("{name} in the server list of {}", uds.node);
                    self.unusable.push((place, why));
                }
            }
        }
    }

    fn enter_listed(&mut self, survey: &Survey, giver: &Uds, name: &str, address: String) {
        let remark = format!("System > Server, as UDS of {} tells", giver.node);
        if let Some(node) = self.node(&address) {
            node.remarks.push(remark);
            return;
        }
        if let Some(node) = self.same_server(survey, &address) {
            node.questions.push(format!(
                "System > Server holds {name} for it, which is no full name: `certaudit explain naming-server-list-mismatch`"
            ));
            return;
        }
        let answered = |uds: &&Uds| {
            uds.node == address
                && (matches!(uds.servers, UdsServers::Listed { .. })
                    || matches!(uds.version, UdsVersion::Told { .. }))
        };
        match survey.answers.iter().find(answered) {
            Some(own) => {
                self.nodes.push(FoundNode {
                    product: Product::Cucm,
                    address,
                    port: own.port,
                    remarks: vec![remark],
                    questions: Vec::new(),
                });
                self.tell(own);
            }
            None => self.doubtful.push((address, remark)),
        }
    }

    /// The node that a short name or an IP address in a list stands for.
    fn same_server(&mut self, survey: &Survey, address: &str) -> Option<&mut FoundNode> {
        let by_address = address.parse::<IpAddr>().ok().and_then(|ip| {
            let there = |uds: &&Uds| {
                let socket = uds.address.as_deref();
                let socket = socket.and_then(|text| text.parse::<SocketAddr>().ok());
                uds.node != address && socket.is_some_and(|socket| socket.ip() == ip)
            };
            only(survey.answers.iter().filter(there).map(|uds| &*uds.node))
        });
        let begins = |node: &&FoundNode| {
            is_short(address) && node.address.split('.').next() == Some(address)
        };
        let by_name = only(self.nodes.iter().filter(begins).map(|node| &*node.address));
        let host = by_address.or(by_name)?.to_owned();
        self.node(&host)
    }

    fn federate(&mut self, offered: &Offered) {
        match host_name(&offered.target) {
            Ok(address) if self.node(&address).is_none() => self.federating.push(address),
            Ok(address) => {
                if let Some(node) = self.node(&address) {
                    node.remarks.push("_xmpp-server._tcp".to_owned());
                }
            }
            Err(why) => {
                let place = format!("{} of _xmpp-server._tcp", offered.target);
                self.unusable.push((place, why));
            }
        }
    }
}

fn only<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = names.next()?;
    names.next().is_none().then_some(first)
}

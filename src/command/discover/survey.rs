//! Asking DNS and UDS.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;

use crate::catalog::Transport;
use crate::deployment::host_name;
use crate::evidence::Uds;
use crate::probe::srv::{Offered, look_up};
use crate::probe::{Limits, Route, Target, uds};
use crate::text::escape;

/// Servers that are asked: the largest clusters have some 20 nodes, and a domain may have several.
const MOST_SERVERS: usize = 200;
/// The port of Tomcat.
pub(super) const TOMCAT: u16 = 8443;

/// What a client finds its servers by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// `_cisco-uds._tcp`: CUCM.
    Uds,
    /// `_cuplogin._tcp`: IM and Presence.
    Cuplogin,
    /// `_collab-edge._tls`: Expressway-E.
    CollabEdge,
    /// `_xmpp-server._tcp`: whoever faces the federation partners.
    XmppServer,
}

impl Service {
    pub(super) const ALL: [Self; 4] = [
        Self::Uds,
        Self::Cuplogin,
        Self::CollabEdge,
        Self::XmppServer,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Uds => "_cisco-uds._tcp",
            Self::Cuplogin => "_cuplogin._tcp",
            Self::CollabEdge => "_collab-edge._tls",
            Self::XmppServer => "_xmpp-server._tcp",
        }
    }
}

/// What DNS said of one service.
#[derive(Debug, Clone)]
pub(super) struct Records {
    pub(super) service: Service,
    /// "_cisco-uds._tcp.acme.test".
    pub(super) owner: String,
    pub(super) answer: Result<Vec<Offered>, String>,
}

/// What DNS and the clusters said.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    pub(super) domain: String,
    /// In the order of [`Service::ALL`].
    pub(super) records: Vec<Records>,
    /// What UDS answered; `node` is the host that was asked.
    pub(super) answers: Vec<Uds>,
}

impl Records {
    /// In words, fit to be shown.
    pub(super) fn outcome(&self) -> String {
        match &self.answer {
            Ok(offered) if offered.is_empty() => "the domain says that there is none".to_owned(),
            Ok(offered) => {
                let targets: Vec<String> = offered
                    .iter()
                    .map(|one| format!("{}:{}", escape(&one.target), one.port))
                    .collect();
                targets.join(", ")
            }
            Err(reason) => escape(reason).into_owned(),
        }
    }
}

impl Survey {
    /// What is offered for a service.
    pub(super) fn offered(&self, service: Service) -> impl Iterator<Item = &Offered> {
        self.records
            .iter()
            .filter(move |records| records.service == service)
            .flat_map(|records| records.answer.iter().flatten())
    }
}

/// Asks; `None` when `stop` resolved first.
pub(super) async fn survey(
    domain: &str,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) -> Option<Survey> {
    let mut stop = pin!(stop);
    tokio::select! {
        survey = ask(domain, limits) => Some(survey),
        () = &mut stop => None,
    }
}

async fn records(service: Service, domain: &str, limits: &Limits) -> Records {
    let owner = format!("{}.{domain}", service.label());
    let answer = look_up(&owner, limits.dns_server, limits.timeout).await;
    Records {
        service,
        owner,
        answer,
    }
}

async fn ask(domain: &str, limits: &Limits) -> Survey {
    // All at once: a DNS server that is silent costs its deadline once.
    let [uds, cup_login, collab_edge, xmpp_server] =
        Service::ALL.map(|service| records(service, domain, limits));
    let (uds, cup_login, collab_edge, xmpp_server) =
        tokio::join!(uds, cup_login, collab_edge, xmpp_server);
    let records = vec![uds, cup_login, collab_edge, xmpp_server];
    let mut survey = Survey {
        domain: domain.to_owned(),
        records,
        answers: Vec::new(),
    };
    let first: BTreeSet<(String, u16)> = survey
        .offered(Service::Uds)
        .filter_map(|one| Some((host_name(&one.target).ok()?, one.port)))
        .collect();
    survey.answers = ask_uds(first, limits).await;
    let further = unasked(&survey);
    survey.answers.extend(ask_uds(further, limits).await);
    survey
}

/// Servers of the lists that were not asked yet: whether they answer tells what they are.
fn unasked(survey: &Survey) -> BTreeSet<(String, u16)> {
    let asked: BTreeSet<&str> = survey.answers.iter().map(|uds| &*uds.node).collect();
    let names = survey
        .answers
        .iter()
        .flat_map(|uds| uds.names().iter().map(|name| (name, uds.port)));
    names
        .filter_map(|(name, port)| Some((host_name(name).ok()?, port)))
        .filter(|(name, _)| !asked.contains(&**name))
        .collect()
}

async fn ask_uds(servers: BTreeSet<(String, u16)>, limits: &Limits) -> Vec<Uds> {
    let targets = servers.into_iter().take(MOST_SERVERS).map(target);
    let forever = std::future::pending();
    uds::ask_all(targets.collect(), limits, forever).await.0
}

fn target((host, port): (String, u16)) -> Target {
    Target {
        node: host.clone(),
        service: "tomcat",
        port,
        connect: Route::to(&host, port),
        address: host,
        transport: Transport::Tls,
        xmpp_domain: String::new(),
    }
}

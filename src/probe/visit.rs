//! One target, from its name to what it presents.

use std::net::SocketAddr;

use rustls::pki_types::ServerName;
use tokio::time::timeout;

use super::handshake::{Ask, present};
use super::provider::Offer;
use super::resolve::Names;
use super::shown::Shown;
use super::target::{Route, Target};
use super::wire::Wire;
use super::{Context, connect, hello, prelude, resolve, words};
use crate::evidence::{Silence, Step};

/// What one target sent when it was asked first.
#[derive(Debug)]
pub(super) struct Sighting {
    /// Where the connection went, or was to go; `None` when the name did not resolve.
    pub(super) address: Option<SocketAddr>,
    /// The presentation, or why there is none.
    pub(super) outcome: Result<Shown, Silence>,
}

impl Sighting {
    /// Where and how to ask for the other certificate of the port; `None` where there is no asking.
    pub(super) fn twin(&self) -> Option<(SocketAddr, Offer)> {
        Some((self.address?, self.outcome.as_ref().ok()?.twin?))
    }
}

/// Asks a target for whichever certificate it prefers: never more than one connection at a time.
pub(super) async fn first(target: &Target, context: &Context) -> Sighting {
    let mut visit = Visit {
        target,
        context,
        address: None,
    };
    let outcome = visit.look().await;
    Sighting {
        address: visit.address,
        outcome,
    }
}

/// The certificate of the other kind, when the server has one. That it has none looks like any other refusal, so no failure
/// here says anything.
pub(super) async fn twin(
    target: &Target,
    context: &Context,
    address: SocketAddr,
    offer: Offer,
) -> Option<Shown> {
    let mut visit = Visit {
        target,
        context,
        address: None,
    };
    visit.ask(&[address], offer).await.ok()
}

struct Visit<'r> {
    target: &'r Target,
    context: &'r Context,
    address: Option<SocketAddr>,
}

impl Visit<'_> {
    async fn look(&mut self) -> Result<Shown, Silence> {
        let addresses = addresses(self.target, &self.context.names).await?;
        match self.ask(&addresses, Offer::Any).await {
            Ok(first) => Ok(first),
            Err(silence) => self.hello(silence).await,
        }
    }

    /// The certificate of a server too old to shake hands with, which is not asked for another one. When that shows nothing
    /// either, the first silence stands.
    async fn hello(&mut self, silence: Silence) -> Result<Shown, Silence> {
        let (true, Some(address)) = (hello::may_help(&silence), self.address) else {
            return Err(silence);
        };
        let Ok(wire) = self.reach(&[address]).await else {
            return Err(silence);
        };
        let deadline = self.context.limits.timeout;
        let shown = hello::present(wire, &self.target.address, deadline).await;
        let shown = shown.map(|shown| Shown {
            twin: None,
            ..shown
        });
        shown.ok_or(silence)
    }

    async fn ask(&mut self, addresses: &[SocketAddr], offer: Offer) -> Result<Shown, Silence> {
        let wire = self.reach(addresses).await?;
        let ask = Ask {
            name: server_name(self.target, wire.peer),
            offer,
            certificate: self.context.limits.client_certificate.clone(),
            deadline: self.context.limits.timeout,
        };
        present(wire, ask).await
    }

    /// A connection that is ready for TLS.
    async fn reach(&mut self, addresses: &[SocketAddr]) -> Result<Wire, Silence> {
        let deadline = self.context.limits.timeout;
        let mut wire = match connect::connect(addresses, deadline).await {
            Ok(wire) => wire,
            Err(Some((address, silence))) => {
                self.address = Some(address);
                return Err(silence);
            }
            Err(None) => return Err(resolve::no_address()),
        };
        self.address = Some(wire.peer);
        match timeout(deadline, prelude::pass(self.target, &mut wire)).await {
            Ok(passed) => passed.map(|()| wire),
            Err(_) => Err(Silence::TimedOut {
                step: Step::Prelude,
                after_ms: words::milliseconds(deadline),
            }),
        }
    }
}

/// Where a target may be connected to.
pub(super) async fn addresses(target: &Target, names: &Names) -> Result<Vec<SocketAddr>, Silence> {
    match &target.connect {
        Route::Socket(socket) => Ok(vec![*socket]),
        Route::Name(name) => {
            let found = names.addresses(name).await?;
            let sockets = found.into_iter();
            Ok(sockets.map(|ip| SocketAddr::new(ip, target.port)).collect())
        }
    }
}

/// The name that clients send. What cannot be sent as a server name (RFC 6066: a host name) is left out, which is what
/// giving the IP address does.
pub(super) fn server_name(target: &Target, peer: SocketAddr) -> ServerName<'static> {
    ServerName::try_from(target.address.clone())
        .unwrap_or_else(|_| ServerName::IpAddress(peer.ip().into()))
}

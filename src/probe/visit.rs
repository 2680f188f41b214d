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

/// What one target sent.
#[derive(Debug)]
pub(super) struct Sighting {
    /// Where the connection went, or was to go; `None` when the name did not resolve.
    pub(super) address: Option<SocketAddr>,
    /// The presentations, or why there is none.
    pub(super) outcome: Result<Vec<Shown>, Silence>,
}

/// Visits a target: never more than one connection at a time, and a turn of its own for each question. The questions are
/// boxed, so that a target that waits for its turn costs little memory.
pub(super) async fn visit(target: &Target, context: &Context) -> Sighting {
    let mut visit = Visit {
        target,
        context,
        address: None,
    };
    let turn = context.turn(target).await;
    let first = Box::pin(visit.look()).await;
    drop(turn);
    let outcome = match first {
        Ok(first) => Ok(visit.with_twin(first).await),
        Err(silence) => Err(silence),
    };
    Sighting {
        address: visit.address,
        outcome,
    }
}

struct Visit<'r> {
    target: &'r Target,
    context: &'r Context,
    address: Option<SocketAddr>,
}

impl Visit<'_> {
    async fn look(&mut self) -> Result<Shown, Silence> {
        let addresses = self.addresses().await?;
        let mut shown = match self.ask(&addresses, Offer::Any).await {
            Ok(first) => first,
            // The server is too old to be asked for another one.
            Err(silence) => Shown {
                twin: None,
                ..self.hello(silence).await?
            },
        };
        self.context.kept.keep(&mut shown);
        Ok(shown)
    }

    /// The other certificate of the port, too, when it has one.
    async fn with_twin(&mut self, first: Shown) -> Vec<Shown> {
        if first.twin.is_none() {
            return vec![first];
        }
        let turn = self.context.turn(self.target).await;
        let mut twin = Box::pin(self.twin(&first)).await;
        drop(turn);
        if let Some(twin) = &mut twin {
            self.context.kept.keep(twin);
        }
        std::iter::once(first).chain(twin).collect()
    }

    async fn addresses(&self) -> Result<Vec<SocketAddr>, Silence> {
        addresses(self.target, &self.context.names).await
    }

    /// The certificate of the other kind, when the server has one. That it has none looks like any other refusal, so no
    /// failure here says anything.
    async fn twin(&mut self, first: &Shown) -> Option<Shown> {
        let address = self.address?;
        let twin = self.ask(&[address], first.twin?).await.ok()?;
        (twin.presentation.chain != first.presentation.chain).then_some(twin)
    }

    /// The certificate of a server too old to shake hands with. When that shows nothing either, the first silence stands.
    async fn hello(&mut self, silence: Silence) -> Result<Shown, Silence> {
        let (true, Some(address)) = (hello::may_help(&silence), self.address) else {
            return Err(silence);
        };
        let Ok(wire) = self.reach(&[address]).await else {
            return Err(silence);
        };
        let deadline = self.context.limits.timeout;
        hello::present(wire, &self.target.address, deadline)
            .await
            .ok_or(silence)
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

//! What a rule is asked about.

use super::estate::{ChainView, Estate, NodeView, ServiceView};
use super::request::RequestView;
use crate::certificate::{Certificate, SigningRequest};
use crate::deployment::Waiver;

/// A node.
#[derive(Debug, Clone, Copy)]
pub struct NodeSubject<'a> {
    /// Everything.
    pub estate: &'a Estate<'a>,
    /// The node.
    pub node: &'a NodeView<'a>,
}

/// A service of a node, silent or not.
#[derive(Debug, Clone, Copy)]
pub struct ServiceSubject<'a> {
    /// Everything.
    pub estate: &'a Estate<'a>,
    /// The node.
    pub node: &'a NodeView<'a>,
    /// The service.
    pub service: &'a ServiceView<'a>,
}

/// A chain that a service presented.
#[derive(Debug, Clone, Copy)]
pub struct ChainSubject<'a> {
    /// Everything.
    pub estate: &'a Estate<'a>,
    /// The node.
    pub node: &'a NodeView<'a>,
    /// The service.
    pub service: &'a ServiceView<'a>,
    /// The chain.
    pub chain: &'a ChainView<'a>,
}

/// A leaf certificate that could be decoded.
#[derive(Debug, Clone, Copy)]
pub struct LeafSubject<'a> {
    /// Everything.
    pub estate: &'a Estate<'a>,
    /// The node.
    pub node: &'a NodeView<'a>,
    /// The service.
    pub service: &'a ServiceView<'a>,
    /// The chain that it came in.
    pub chain: &'a ChainView<'a>,
    /// The certificate.
    pub certificate: &'a Certificate,
}

impl<'a> ChainSubject<'a> {
    /// Its leaf certificate, when that could be decoded.
    pub fn leaf(&self) -> Option<LeafSubject<'a>> {
        let Self {
            estate,
            node,
            service,
            chain,
        } = *self;
        Some(LeafSubject {
            estate,
            node,
            service,
            chain,
            certificate: chain.leaf()?,
        })
    }
}

/// A signing request.
#[derive(Debug, Clone, Copy)]
pub struct RequestSubject<'a> {
    /// Everything: the other requests of the run are in it.
    pub estate: &'a Estate<'a>,
    /// The request with what is known about it.
    pub view: &'a RequestView,
}

impl<'a> RequestSubject<'a> {
    /// What it asks for.
    pub fn request(&self) -> &'a SigningRequest {
        &self.view.request
    }

    /// The other requests of the run.
    pub fn others(&self) -> impl Iterator<Item = &'a RequestView> {
        let own = &self.view.node;
        self.estate
            .requests
            .iter()
            .filter(move |view| view.node != *own)
    }
}

/// A waiver, after all other rules.
#[derive(Debug, Clone, Copy)]
pub struct WaiverSubject<'a> {
    /// The waiver.
    pub waiver: &'a Waiver,
    /// Findings that it names, expired or not.
    pub matched: usize,
}

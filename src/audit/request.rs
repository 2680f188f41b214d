//! Signing requests that are judged together: beside an estate's services, or instead of them.

use std::sync::Arc;

use crate::catalog::{self, CertificateName, Product, Release, UsageRow};
use crate::certificate::{Certificate, SigningRequest};
use crate::deployment::RequiredName;

/// A signing request.
#[derive(Debug, Clone)]
pub struct RequestView {
    /// The node of the estate that stands for it: the file's name.
    pub node: String,
    /// It came as text (PEM), not as DER.
    pub is_pem: bool,
    /// What it asks for.
    pub request: SigningRequest,
    /// Which certificate it is to become; `None` when nobody said.
    pub purpose: Option<Purpose>,
    /// Names that the deployment needs in it.
    pub required: Vec<RequiredName>,
    /// It goes to a public CA.
    pub public_ca: bool,
    /// What came back from the CA for it; `None` when nobody gave certificates at all.
    pub issued: Option<Vec<Arc<Certificate>>>,
}

/// Which certificate of which product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// The product.
    pub product: Product,
    /// Its certificate.
    pub certificate: CertificateName,
    /// Its release, where known.
    pub release: Option<Release>,
}

impl RequestView {
    /// The usages that the product's own request asks for.
    pub fn usages(&self) -> Option<UsageRow> {
        let purpose = self.purpose.as_ref()?;
        catalog::usages(
            purpose.product,
            purpose.certificate,
            purpose.release.as_ref(),
        )
    }
}

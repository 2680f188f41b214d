//! `certaudit check`: certificate files, judged as if a node presented them.

pub(super) mod files;
pub(super) mod stand_in;

use std::path::{Path, PathBuf};

use super::Failure;
use super::collect::{Network, now};
use super::inputs;
use super::judge::Bench;
use super::terminal::{remark, stderr_color};
use crate::catalog::{CertificateName, Product};
use crate::cli::{Bearer, Check, Judging, Manner};
use crate::deployment::{Deployment, Node};
use crate::evidence::{Evidence, Fetch, OCSP_RESPONSE, PKIX_CRL};
use crate::trust::DeviceTrust;
use crate::trust::revocation::{not_a_crl, not_an_ocsp_answer};
use stand_in::{Presenter, StandIn};

/// Runs it.
pub(super) fn run(options: &Check, manner: &Manner) -> Result<u8, Failure> {
    let name = certificate_name(&options.bearer)?;
    let bundles = files::bundles(&options.files, &files::read(&options.bearer.intermediates)?)?;
    let mut stand_in = stand_in(&options.bearer, &options.judging, name, manner)?;
    let at = now();
    let presenters: Vec<Presenter> = bundles.into_iter().map(Presenter::of).collect();
    let evidence = stand_in.present(&presenters, name, at)?;
    let deployment = stand_in.deployment;
    let origin = files::origin(
        &options.files,
        options.bearer.config.as_deref(),
        &deployment,
    );
    let bench = Bench::prepare(&deployment, &options.judging, origin, manner)?;
    let evidence = complete(evidence, &options.bearer, &deployment, &bench.trust, at)?;
    let judging = of_files(&options.judging, name);
    bench.judge(&deployment, &evidence, &judging)
}

/// With what the certificates point at, and what the user gave.
pub(super) fn complete(
    mut evidence: Evidence,
    options: &Bearer,
    deployment: &Deployment,
    trust: &DeviceTrust,
    at: i64,
) -> Result<Evidence, Failure> {
    if !options.no_fetch {
        evidence = Network::start()?.fetch(evidence, deployment, trust, at)?;
    }
    evidence.add_fetches(given(&options.crl, PKIX_CRL, no_crl)?);
    evidence.add_fetches(given(&options.ocsp, OCSP_RESPONSE, no_ocsp_answer)?);
    Ok(evidence)
}

fn no_crl(content: &[u8]) -> Option<String> {
    not_a_crl(content).map(|words| format!("it is no CRL (DER or PEM): {words}"))
}

fn no_ocsp_answer(content: &[u8]) -> Option<String> {
    not_an_ocsp_answer(content).map(|words| format!("it is no OCSP answer (DER): {words}"))
}

/// CRLs and OCSP responses that the user gave.
fn given(
    paths: &[PathBuf],
    content_type: &str,
    what_else: fn(&[u8]) -> Option<String>,
) -> Result<Vec<Fetch>, Failure> {
    /// As much as is taken of a CRL that is fetched.
    const LIMIT: u64 = 20 << 20;
    let read = |path: &PathBuf| {
        let content = inputs::bytes(path, LIMIT)?;
        if let Some(words) = what_else(&content) {
            return Err(inputs::unreadable(path, words));
        }
        Ok(Fetch::given(
            &path.display().to_string(),
            content_type,
            &content,
        ))
    };
    paths.iter().map(read).collect()
}

/// What needs a handshake, DNS, or the cluster's own server list: files show none of them.
const NOT_IN_FILES: [&str; 8] = [
    "probe",
    "tls",
    "identity-srv-target-missing",
    "identity-federation-srv-mismatch",
    "naming-unresolvable",
    "naming-san-unresolvable",
    "naming-reverse-mismatch",
    "naming-server-list-mismatch",
];

/// What files cannot show is left out.
pub(super) fn of_files(judging: &Judging, name: CertificateName) -> Judging {
    let mut judging = judging.clone();
    judging.skip.extend(NOT_IN_FILES.map(str::to_owned));
    if !collides(name) {
        judging.skip.push("collision".to_owned());
    }
    judging
}

/// One of those that may collide with another on Expressway; the others say nothing about that.
fn collides(name: CertificateName) -> bool {
    matches!(
        name,
        CertificateName::Tomcat | CertificateName::CallManager | CertificateName::CupXmpp
    )
}

pub(super) fn certificate_name(options: &Bearer) -> Result<CertificateName, Failure> {
    let word = options.certificate_name.as_deref().unwrap_or("https");
    CertificateName::named(word)
        .ok_or_else(|| Failure::System(format!("there is no certificate {word}")))
}

/// What stands for the server that will present the certificate.
pub(super) fn stand_in(
    options: &Bearer,
    judging: &Judging,
    name: CertificateName,
    manner: &Manner,
) -> Result<StandIn, Failure> {
    match &options.config {
        Some(config) => from_config(config, judging, name, manner),
        None => from_options(options, judging, name, manner),
    }
}

/// A node of the deployment file.
fn from_config(
    config: &Path,
    judging: &Judging,
    name: CertificateName,
    manner: &Manner,
) -> Result<StandIn, Failure> {
    let [node] = judging.nodes.as_slice() else {
        return Err(Failure::System(
            "with --config, give the node that will present the certificate: --node NAME"
                .to_owned(),
        ));
    };
    let mut deployment = inputs::deployment(config, &judging.nodes, stderr_color(manner))?;
    let about_hosts = is_compared_with_settings(name);
    deployment
        .settings
        .retain(|setting| about_hosts && setting.node == *node);
    Ok(StandIn {
        deployment,
        own_names: false,
    })
}

/// Settings name HTTP servers: another certificate of the node says nothing about them.
fn is_compared_with_settings(name: CertificateName) -> bool {
    matches!(
        name,
        CertificateName::Tomcat
            | CertificateName::Webex
            | CertificateName::Expressway
            | CertificateName::Ldap
            | CertificateName::Https
    )
}

/// A node made of what the command line says.
fn from_options(
    options: &Bearer,
    judging: &Judging,
    name: CertificateName,
    manner: &Manner,
) -> Result<StandIn, Failure> {
    if !judging.nodes.is_empty() {
        return Err(Failure::System(
            "--node goes with --config, which says what that node is".to_owned(),
        ));
    }
    if name == CertificateName::CupXmpp && options.xmpp_domains.is_empty() {
        return Err(Failure::System(
            "--as cup-xmpp: clients look for the presence domain in it; give it with --xmpp-domain DOMAIN".to_owned(),
        ));
    }
    if options.names.is_empty() && !name.identifies_domain() {
        remark(
            manner,
            "no --name was given: whether the certificate names its host is not judged",
        );
    }
    stand_in::of(options, name)
}

/// The node that stands for the server.
fn only_node(deployment: &mut Deployment) -> Result<&mut Node, Failure> {
    let missing = || Failure::System("the deployment has no node".to_owned());
    deployment.nodes.first_mut().ok_or_else(missing)
}

/// The product that usually presents a certificate of that name.
fn usual_product(name: CertificateName) -> Product {
    match name {
        CertificateName::Tomcat
        | CertificateName::CallManager
        | CertificateName::Capf
        | CertificateName::Tvs => Product::Cucm,
        CertificateName::Cup | CertificateName::CupXmpp | CertificateName::CupXmppS2s => {
            Product::ImPresence
        }
        CertificateName::Webex => Product::WebexMeetingsServer,
        CertificateName::Expressway => Product::ExpresswayE,
        CertificateName::Ldap => Product::Ldap,
        CertificateName::Https => Product::OtherHttps,
    }
}

//! `certaudit csr`: signing requests, judged before they are sent to a CA, and what comes back compared with them.

mod issued;
mod read;

use super::Failure;
use super::check::files::origin;
use super::check::stand_in::{Presenter, StandIn};
use super::check::{certificate_name, complete, of_files, stand_in};
use super::collect::now;
use super::inputs;
use super::judge::Bench;
use super::terminal::{remark, stderr_color};
use crate::audit::request::{Purpose, RequestView};
use crate::catalog::CertificateName;
use crate::cli::{Csr, Manner};
use crate::deployment::{Deployment, RequiredName, TrustFiles, Why, required_names};
use read::Filed;

/// Runs it.
pub(super) fn run(options: &Csr, manner: &Manner) -> Result<u8, Failure> {
    let filed = read::requests(&options.files, manner)?;
    let bundles = issued::bundles(&options.issued, &options.bearer.intermediates)?;
    let name = certificate_name(&options.bearer)?;
    tell_what_is_not_judged(options, manner);
    let mut stand_in = stand_in(&options.bearer, &options.judging, name, manner)?;
    let all = whole(options, manner)?;
    let presenters = issued::matched(&filed, bundles)?;
    let views = views(options, filed, &presenters, &stand_in, all.as_ref())?;
    let at = now();
    let mut evidence = stand_in.present(&presenters, name, at)?;
    let mut deployment = stand_in.deployment;
    if options.bearer.config.is_none() {
        "signing requests".clone_into(&mut deployment.name);
    }
    if options.issued.is_empty() {
        deployment.trust = TrustFiles::default();
    }
    let origin = origin(
        &options.files,
        options.bearer.config.as_deref(),
        &deployment,
    );
    let bench = Bench::prepare(&deployment, &options.judging, origin, manner)?;
    if !options.issued.is_empty() {
        evidence = complete(evidence, &options.bearer, &deployment, &bench.trust, at)?;
    }
    let judging = of_files(&options.judging, name);
    bench.judge_with(views, &deployment, &evidence, &judging)
}

/// The deployment file with all its nodes: a multi-server certificate must name those that share it.
fn whole(options: &Csr, manner: &Manner) -> Result<Option<Deployment>, Failure> {
    let Some(config) = &options.bearer.config else {
        return Ok(None);
    };
    if options.bearer.certificate_name.is_none() {
        return Err(Failure::System(
            "with --config, say which certificate of the node it is to become: --as CERTIFICATE (\"tomcat\")"
                .to_owned(),
        ));
    }
    inputs::deployment(config, &[], stderr_color(manner)).map(Some)
}

fn tell_what_is_not_judged(options: &Csr, manner: &Manner) {
    if options.bearer.certificate_name.is_none() {
        remark(
            manner,
            "no --as was given: whether the usages asked for are those of Cisco's table is not judged",
        );
    }
}

fn views(
    options: &Csr,
    filed: Vec<Filed>,
    presenters: &[Presenter],
    stand_in: &StandIn,
    all: Option<&Deployment>,
) -> Result<Vec<RequestView>, Failure> {
    let name = certificate_name(&options.bearer)?;
    let purpose = purpose(options, stand_in, name);
    let required = required(stand_in, all, name);
    let view = |(one, presenter): (Filed, &Presenter)| RequestView {
        node: one.label,
        is_pem: one.is_pem,
        request: one.request,
        purpose: purpose.clone(),
        required: required.clone(),
        public_ca: options.public_ca,
        issued: (!options.issued.is_empty()).then(|| issued::decoded(presenter)),
    };
    Ok(filed.into_iter().zip(presenters).map(view).collect())
}

fn purpose(options: &Csr, stand_in: &StandIn, name: CertificateName) -> Option<Purpose> {
    options.bearer.certificate_name.as_ref()?;
    let node = stand_in.deployment.nodes.first()?;
    Some(Purpose {
        product: node.product,
        certificate: name,
        release: node.release.clone(),
    })
}

/// What the deployment needs in it. Where nobody said how the node is called, its own name is not looked for.
fn required(
    stand_in: &StandIn,
    all: Option<&Deployment>,
    name: CertificateName,
) -> Vec<RequiredName> {
    let deployment = all.unwrap_or(&stand_in.deployment);
    let node = stand_in.deployment.nodes.first();
    let Some(node) = node.and_then(|node| deployment.node(&node.name)) else {
        return Vec::new();
    };
    let mut names = required_names(deployment, node, name);
    names.retain(|required| !(stand_in.own_names && required.why == Why::Address));
    names
}

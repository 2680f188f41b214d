//! What came back from the CA: which certificate belongs to which request.

use std::cmp::Reverse;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::check::files::{self, Bundle};
use super::super::check::stand_in::Presenter;
use super::Failure;
use super::read::Filed;
use crate::certificate::{Certificate, SigningRequest, is_same_key};
use crate::identity::normalise;
use crate::text::escape;

/// The leaves that came back, each with its chain.
pub(super) fn bundles(
    paths: &[PathBuf],
    intermediates: &[PathBuf],
) -> Result<Vec<Bundle>, Failure> {
    files::bundles(paths, &files::read(intermediates)?)
}

/// A presenter for each request, with the certificates that belong to it: by key, else by names; a single request takes all.
pub(super) fn matched(filed: &[Filed], bundles: Vec<Bundle>) -> Result<Vec<Presenter>, Failure> {
    let mut presenters: Vec<Presenter> = filed.iter().map(presenter).collect();
    for bundle in bundles {
        let place = place(filed, &bundle)?;
        if let Some(presenter) = presenters.get_mut(place) {
            presenter.bundles.push(bundle);
        }
    }
    Ok(presenters)
}

fn presenter(filed: &Filed) -> Presenter {
    let request = &filed.request;
    let own = request.common_name().filter(|name| name.contains('.'));
    let own = own.or(request.dns_names().first().map(String::as_str));
    Presenter {
        label: filed.label.clone(),
        own_name: own.or(request.common_name()).map(str::to_owned),
        bundles: Vec::new(),
    }
}

fn place(filed: &[Filed], bundle: &Bundle) -> Result<usize, Failure> {
    let leaf = leaf(bundle);
    let by_key = |leaf: &Certificate| {
        filed
            .iter()
            .position(|one| is_same_key(&one.request.spki, &leaf.spki))
    };
    let by_names = |leaf: &Certificate| {
        let shared = filed.iter().map(|one| names_shared(&one.request, leaf));
        let best = shared.enumerate().filter(|(_, count)| *count > 0);
        // Of equals, the first request: `min_by_key` gives the first, `max_by_key` the last.
        best.min_by_key(|(_, count)| Reverse(*count))
            .map(|(place, _)| place)
    };
    let found = leaf
        .as_ref()
        .and_then(|leaf| by_key(leaf).or_else(|| by_names(leaf)));
    match (found, filed.len()) {
        (Some(place), _) => Ok(place),
        (None, 1) => Ok(0),
        (None, _) => Err(stranger(bundle, leaf.as_ref())),
    }
}

fn stranger(bundle: &Bundle, leaf: Option<&Certificate>) -> Failure {
    let what = leaf.map_or_else(
        || "a certificate that cannot be decoded".to_owned(),
        |leaf| format!("the certificate of {}", escape(&leaf.subject.text)),
    );
    Failure::System(format!(
        "--issued {}: {what} belongs to none of these requests, neither by its key nor by its names; give the request that \
         it was made from alone to compare the two",
        escape(&bundle.label)
    ))
}

/// How many names of the certificate the request asks for.
fn names_shared(request: &SigningRequest, leaf: &Certificate) -> usize {
    let names = |dns: &[String], common_name: Option<&str>| -> Vec<String> {
        let dns = dns.iter().map(String::as_str);
        dns.chain(common_name).map(normalise).collect()
    };
    let asked = names(request.dns_names(), request.common_name());
    names(leaf.dns_names(), leaf.common_name())
        .iter()
        .filter(|name| asked.contains(name))
        .count()
}

/// The leaves of a presenter that could be decoded; chain rules tell of the others.
pub(super) fn decoded(presenter: &Presenter) -> Vec<Arc<Certificate>> {
    let leaves = presenter.bundles.iter().filter_map(leaf);
    leaves.map(Arc::new).collect()
}

fn leaf(bundle: &Bundle) -> Option<Certificate> {
    let der = bundle.chain.first()?;
    Certificate::from_der(der).ok()
}

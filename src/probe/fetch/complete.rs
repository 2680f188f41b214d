//! The second phase of a scan: the issuers that were not sent, then the revocation sources of what was presented.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;

use super::context::Context;
use super::plan::{issuer_requests, revocation_requests};
use super::{FetchLimits, Purpose, Request, fetch_within};
use crate::certificate::{Certificate, Digest};
use crate::deployment::{Deployment, RevocationCheck};
use crate::evidence::{Evidence, Fetch, FetchOutcome, FetchStep};
use crate::trust::{DeviceTrust, Path, links};

/// How often the issuer of a fetched issuer is fetched too.
const ROUNDS: usize = 3;

/// Adds to the evidence what its certificates point at, as of the moment `at` (unix seconds): missing issuers, at most three
/// rounds up the chain, then CRLs and OCSP answers for leafs and intermediates. Nothing is fetched where the deployment
/// says `[revocation] check = "presence"`, or for evidence that was interrupted; when `stop` resolves, the evidence is
/// marked incomplete.
///
/// Needs a Tokio runtime with I/O and time.
pub async fn complete(
    mut evidence: Evidence,
    deployment: &Deployment,
    trust: &DeviceTrust,
    at: i64,
    limits: &FetchLimits,
    ocsp_request: &dyn Fn(&Certificate, &Certificate) -> Vec<u8>,
    stop: impl Future<Output = ()>,
) -> Evidence {
    if deployment.revocation.check == RevocationCheck::Presence || !evidence.complete {
        return evidence;
    }
    let mut stop = pin!(stop);
    let context = Arc::new(Context::new(limits));
    let chains = chains(&evidence);
    let mut paths = paths(&chains, &evidence, trust, at);
    for _ in 0..ROUNDS {
        let wanted = paths
            .iter()
            .map(|built| issuer_requests([(&*built.leaf, &built.path)]))
            .collect();
        if !ask(&context, &mut evidence, wanted, stop.as_mut()).await {
            break;
        }
        paths = self::paths(&chains, &evidence, trust, at);
    }
    if evidence.complete {
        let wanted = paths
            .iter()
            .map(|built| about_revocation(built, ocsp_request))
            .collect();
        ask(&context, &mut evidence, wanted, stop).await;
    }
    evidence
}

fn about_revocation(
    built: &Built,
    ocsp_request: &dyn Fn(&Certificate, &Certificate) -> Vec<u8>,
) -> Vec<Request> {
    let links = links(&built.leaf, &built.others, &built.path);
    let links = links
        .iter()
        .map(|(child, issuer)| (&**child, issuer.as_deref()));
    revocation_requests(links, ocsp_request)
}

/// Fetches what the evidence does not have yet for each chain. False when there was nothing to fetch, or the run was interrupted.
async fn ask(
    context: &Arc<Context>,
    evidence: &mut Evidence,
    mut wanted: Vec<Vec<Request>>,
    stop: Pin<&mut impl Future<Output = ()>>,
) -> bool {
    let known = evidence.answers();
    let is_known = |request: &Request| {
        let fetch = known.fetch(&request.url, request.body.as_deref());
        fetch.is_some_and(|fetch| settles(fetch, request.purpose))
    };
    for requests in &mut wanted {
        requests.retain(|request| !is_known(request));
    }
    wanted.retain(|requests| !requests.is_empty());
    drop(known);
    if wanted.is_empty() {
        return false;
    }
    let round = fetch_within(context, wanted, stop).await;
    evidence.add_fetches(round.fetches);
    evidence.complete &= !round.was_stopped;
    evidence.complete
}

/// Whether what is known of a URL will do. Where somebody's certificate names it as the place of an issuer, too little may have been
/// taken of it for those who name it as that of a CRL, or there may have been no time for it.
fn settles(fetch: &Fetch, purpose: Purpose) -> bool {
    let FetchOutcome::Failed { step, .. } = &fetch.outcome else {
        return true;
    };
    let may_differ = matches!(step, FetchStep::Size | FetchStep::Interrupted);
    !may_differ || purpose == Purpose::Issuer
}

/// A chain with the path that it builds, fetched issuers included.
struct Built {
    leaf: Arc<Certificate>,
    others: Vec<Arc<Certificate>>,
    path: Path,
}

/// Every chain that was presented, once; the leaf first. Chains whose leaf cannot be decoded are left out.
fn chains(evidence: &Evidence) -> Vec<Vec<Arc<Certificate>>> {
    let shown = evidence
        .observations
        .iter()
        .flat_map(|seen| &seen.presentations);
    let distinct: BTreeSet<&Vec<Digest>> = shown.map(|shown| &shown.chain).collect();
    let readable = |digest: &Digest| evidence.certificates.get(digest)?.clone().ok();
    distinct
        .into_iter()
        .filter(|chain| chain.first().and_then(readable).is_some())
        .map(|chain| chain.iter().filter_map(readable).collect())
        .collect()
}

fn paths(
    chains: &[Vec<Arc<Certificate>>],
    evidence: &Evidence,
    trust: &DeviceTrust,
    at: i64,
) -> Vec<Built> {
    let (answers, mut paths) = (evidence.answers(), trust.paths(at));
    let built = chains.iter().filter_map(|chain| {
        let (leaf, sent) = chain.split_first()?;
        let mut others = sent.to_vec();
        others.extend(answers.fetched_issuers(chain));
        let path = paths.build(leaf, &others);
        Some(Built {
            leaf: Arc::clone(leaf),
            others,
            path,
        })
    });
    built.collect()
}

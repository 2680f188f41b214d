//! The tables that configure the run: trust, probe, DNS, revocation.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::{Faults, durations, hosts, path};
use crate::deployment::schema::{self, Text};
use crate::deployment::{ClientCertificate, ProbeLimits, Revocation, RevocationCheck, TrustFiles};

const TIMEOUT: Duration = Duration::from_secs(5);
const CONCURRENCY: usize = 256;
const PER_NODE: usize = 4;
const DNS_PORT: u16 = 53;

pub(super) fn trust(written: &schema::Trust, base: &Path, faults: &mut Faults) -> TrustFiles {
    let mut paths = |words: &[Text]| faults.keep_all(words, |word| path(base, word));
    TrustFiles {
        system: written.system.unwrap_or(true),
        roots: paths(&written.roots),
        intermediates: paths(&written.intermediates),
        pinned: paths(&written.pinned),
    }
}

pub(super) fn probe(written: &schema::Probe, base: &Path, faults: &mut Faults) -> ProbeLimits {
    let files = written.client_certificate.as_ref();
    ProbeLimits {
        timeout: timeout(written.timeout.as_ref(), faults),
        concurrency: written.concurrency.unwrap_or(CONCURRENCY),
        per_node: written.per_node.unwrap_or(PER_NODE),
        client_certificate: files.and_then(|files| client_certificate(files, base, faults)),
        uds: written.uds.unwrap_or(true),
    }
}

fn client_certificate(
    files: &schema::ClientCertificate,
    base: &Path,
    faults: &mut Faults,
) -> Option<ClientCertificate> {
    let mut read = |word: &Text| faults.keep(path(base, word));
    let chain = files.chain.as_ref().and_then(&mut read);
    let key = files.key.as_ref().and_then(&mut read);
    Some(ClientCertificate {
        chain: chain?,
        key: key?,
    })
}

pub(super) fn dns_server(written: &schema::Dns, faults: &mut Faults) -> Option<SocketAddr> {
    let word = written.server.as_ref()?;
    faults.keep(hosts::socket_address(word, Some(DNS_PORT)))
}

pub(super) fn revocation(written: &schema::Revocation, faults: &mut Faults) -> Revocation {
    Revocation {
        check: match written.check.as_ref().map(|word| word.get_ref().as_str()) {
            Some("presence") => RevocationCheck::Presence,
            Some("reach") => RevocationCheck::Reach,
            _ => RevocationCheck::Status,
        },
        timeout: timeout(written.timeout.as_ref(), faults),
    }
}

fn timeout(word: Option<&Text>, faults: &mut Faults) -> Duration {
    word.and_then(|word| faults.keep(durations::read(word)))
        .unwrap_or(TIMEOUT)
}

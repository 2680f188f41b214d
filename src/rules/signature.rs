//! Is it signed so that nobody can forge it.

pub(super) mod weak;

use crate::audit::estate::ChainView;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Certificate, SignatureHash};
use crate::trust::{Origin, Path};

/// The certificates of a chain whose signatures count: the leaf, what was sent with it and what its path uses, each
/// once. Roots count for their key, not for their signature; a self-signed leaf is a server certificate before it is a
/// root.
pub(super) fn signed<'a>(chain: &'a ChainView<'_>) -> Vec<&'a Certificate> {
    let links = match chain.path.as_deref() {
        Some(Path::Anchored(path)) => path.links.as_slice(),
        _ => &[],
    };
    let is_root = |certificate: &Certificate| {
        certificate.self_signed
            || links.iter().any(|link| {
                link.origin == Origin::Root && link.certificate.digest == certificate.digest
            })
    };
    let on_path = links.iter().map(|link| link.certificate.as_ref());
    let mut all: Vec<&Certificate> = chain.leaf().into_iter().collect();
    for certificate in chain.others().chain(on_path) {
        let known = all.iter().any(|one| one.digest == certificate.digest);
        if !known && !is_root(certificate) {
            all.push(certificate);
        }
    }
    all
}

/// Whether SHA-2 or better made its signature, or MD5 or SHA-1.
pub(super) fn judge(certificate: &Certificate, chain: &ChainView<'_>) -> Verdict {
    let (who, algorithm) = (who(certificate, chain), &certificate.signature);
    match algorithm.hash {
        None => Verdict::unknown(format!(
            "{who} is signed with {algorithm}, whose hash is not known here"
        )),
        Some(SignatureHash::Strong) => Verdict::Pass,
        Some(SignatureHash::Md5 | SignatureHash::Sha1) => {
            Seen::new(format!("{who} is signed with {algorithm}"))
                .expected(format!("SHA-2 on {who}"))
                .found([algorithm.to_string()])
                .into()
        }
    }
}

/// "the leaf", or the subject of another certificate of the chain.
fn who(certificate: &Certificate, chain: &ChainView<'_>) -> String {
    if chain.leaf_digest() == Some(certificate.digest) {
        "the leaf".to_owned()
    } else {
        certificate.subject.text.clone()
    }
}

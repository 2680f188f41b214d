//! From files to chains: leaves, and for each the CA certificates that belong to it, whatever the order of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::{Failure, inputs};
use crate::certificate::container::{ContainerFault, certificates};
use crate::certificate::{Certificate, Digest};
use crate::deployment::Deployment;
use crate::report::Origin;

/// A bundle of every public root is a quarter of a MiB.
const LIMIT: u64 = 16 << 20;

/// A leaf and its chain.
pub(in crate::command) struct Bundle {
    /// The file that the leaf came from, for people.
    pub(in crate::command) label: String,
    /// DER: the leaf, then what belongs to it in issuing order.
    pub(in crate::command) chain: Vec<Vec<u8>>,
}

/// One certificate of a file.
pub(in crate::command) struct Member {
    label: String,
    der: Vec<u8>,
    /// `None` for bytes that cannot be decoded.
    decoded: Option<Certificate>,
}

/// Every certificate of the files; the same one twice counts once.
pub(in crate::command) fn read(paths: &[PathBuf]) -> Result<Vec<Member>, Failure> {
    let mut members: Vec<Member> = Vec::new();
    let mut known = BTreeSet::new();
    for path in paths {
        for der in certificates(&bytes(path)?).map_err(|fault| unreadable(path, &fault))? {
            if known.insert(Digest::of(&der)) {
                inputs::refuse_too_many(Path::new(&label(path)), known.len(), "certificates")?;
                let decoded = Certificate::from_der(&der).ok();
                members.push(Member {
                    label: label(path),
                    der,
                    decoded,
                });
            }
        }
    }
    Ok(members)
}

/// The leaves of the files, each with what belongs to it out of the files and of `others`.
pub(in crate::command) fn bundles(
    paths: &[PathBuf],
    others: &[Member],
) -> Result<Vec<Bundle>, Failure> {
    let members = read(paths)?;
    let pool: Vec<&Certificate> = members
        .iter()
        .chain(others)
        .filter_map(|one| one.decoded.as_ref())
        .collect();
    let leaves = leaves(&members, &pool);
    let counted = |member: &Member| {
        leaves
            .iter()
            .filter(|one| one.label == member.label)
            .count()
    };
    let mut bundles: Vec<Bundle> = Vec::new();
    for leaf in &leaves {
        let earlier = bundles
            .iter()
            .filter(|bundle| bundle.label.starts_with(&leaf.label))
            .count();
        let several = counted(leaf) > 1;
        let label = if several {
            format!("{} #{}", leaf.label, earlier + 1)
        } else {
            leaf.label.clone()
        };
        bundles.push(Bundle {
            label,
            chain: chain(leaf, &pool),
        });
    }
    Ok(bundles)
}

/// What is judged: never nothing. Of CAs that issued one another, or what is among the others, each is.
fn leaves<'a>(members: &'a [Member], pool: &[&Certificate]) -> Vec<&'a Member> {
    let leaves: Vec<&Member> = members.iter().filter(|one| one.is_leaf(pool)).collect();
    if leaves.is_empty() {
        members.iter().collect()
    } else {
        leaves
    }
}

impl Member {
    /// Nothing in the pool was issued by it; a CA that issued nothing here is judged too when it is alone.
    fn is_leaf(&self, pool: &[&Certificate]) -> bool {
        let Some(own) = &self.decoded else {
            return true;
        };
        let issued = |other: &&&Certificate| {
            other.digest != own.digest && other.issuer.der == own.subject.der
        };
        let servers = pool.iter().any(|other| !other.is_ca());
        pool.iter().find(issued).is_none() && (!own.is_ca() || own.self_signed || !servers)
    }
}

/// The leaf, then its issuers breadth first: each certificate once.
fn chain(leaf: &Member, pool: &[&Certificate]) -> Vec<Vec<u8>> {
    let mut chain = vec![leaf.der.clone()];
    let Some(own) = &leaf.decoded else {
        return chain;
    };
    let mut taken: Vec<Digest> = vec![own.digest];
    let mut level = vec![own];
    while let Some(child) = level.pop() {
        for issuer in issuers(child, pool) {
            if !taken.contains(&issuer.digest) {
                taken.push(issuer.digest);
                chain.push(issuer.der.to_vec());
                level.insert(0, issuer);
            }
        }
    }
    chain
}

/// Certificates of the issuer's name; those whose key made the signature come first.
fn issuers<'a>(child: &Certificate, pool: &[&'a Certificate]) -> Vec<&'a Certificate> {
    let namesakes = pool
        .iter()
        .filter(|one| one.subject.der == child.issuer.der);
    let mut issuers: Vec<&Certificate> = namesakes.copied().collect();
    if issuers.len() > 1 {
        issuers.sort_by_cached_key(|issuer| child.is_signed_by(issuer).is_err());
    }
    issuers
}

/// The bytes of a file, or of standard input.
pub(in crate::command) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    if path != Path::new("-") {
        return inputs::bytes(path, LIMIT);
    }
    inputs::all_of(std::io::stdin().lock(), Path::new(&label(path)), LIMIT)
}

/// The file, for people.
pub(in crate::command) fn label(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// The file that each node stands for: nodes go by their file's label, with a number when there are several in it.
pub(in crate::command) fn origin(
    paths: &[PathBuf],
    config: Option<&Path>,
    deployment: &Deployment,
) -> Origin {
    let labels: BTreeMap<String, &PathBuf> = paths.iter().map(|path| (label(path), path)).collect();
    let file = |name: &str| {
        let bare = || name.rsplit_once(" #").map_or(name, |(label, _)| label);
        labels.get(name).or_else(|| labels.get(bare()))
    };
    let nodes = deployment.nodes.iter();
    let files = nodes.filter_map(|node| Some((node.name.clone(), (*file(&node.name)?).clone())));
    Origin::Files {
        deployment: config.map(Path::to_owned),
        files: files.collect(),
    }
}

/// What is wrong with a file.
pub(in crate::command) fn unreadable(path: &Path, fault: &ContainerFault) -> Failure {
    Failure::Unreadable {
        path: label(path).into(),
        reason: format!("{fault}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Member, chain, leaves};
    use crate::certificate::issue::{Authority, Order};
    use crate::certificate::{Certificate, Digest};

    const AT: i64 = 1_795_287_600;

    fn member(der: &[u8]) -> Member {
        Member {
            label: String::new(),
            der: der.to_vec(),
            decoded: Certificate::from_der(der).ok(),
        }
    }

    #[test]
    fn a_ca_whose_certificates_are_among_the_others_is_judged_all_the_same() {
        let root = Authority::root("Root", AT).unwrap();
        let order = Order::server("cucm-pub.acme.test", AT);
        let leaf = Certificate::from_der(&root.issue(&order).unwrap().der).unwrap();
        let members = [member(root.der())];
        let authority = Certificate::from_der(root.der()).unwrap();
        assert_eq!(leaves(&members, &[&authority, &leaf]).len(), 1);
        let members = [member(root.der()), member(&leaf.der)];
        let leaves = leaves(&members, &[&authority, &leaf]);
        assert_eq!(leaves.len(), 1);
        assert_eq!(leaves[0].der, leaf.der);
    }

    #[test]
    fn of_two_issuers_of_one_name_the_one_that_signed_comes_first() {
        let root = Authority::root("Root", AT).unwrap();
        let authorities = [(); 2].map(|()| root.intermediate("Issuing", AT).unwrap());
        for signer in 0..2 {
            let order = Order::server("cucm-pub.acme.test", AT);
            let der = authorities[signer].issue(&order).unwrap().der;
            let leaf = member(&der);
            let pool = [&authorities[0], &authorities[1], &root];
            let pool = pool.map(|authority| Certificate::from_der(authority.der()).unwrap());
            let pool: Vec<&Certificate> = pool.iter().collect();
            let sorted = chain(&leaf, &pool);
            assert_eq!(sorted.len(), 4);
            assert_eq!(
                Digest::of(&sorted[1]),
                Digest::of(authorities[signer].der())
            );
        }
    }
}

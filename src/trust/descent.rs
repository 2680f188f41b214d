//! Which CA certificates descend from the roots of the devices, whoever brought them: what one service sends counts for another
//! only when a CA that the devices know has signed it.
//!
//! Anybody can make certificates with the name, the key identifier and even the public key of somebody's issuer, as many as he
//! likes. So they are not looked for from the leaf upwards, where each namesake costs a look, but followed from the roots
//! downwards, once for all: a certificate that no CA further up has signed is never come to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bytes::Bytes;

use super::DeviceTrust;
use crate::certificate::{Certificate, Digest};

/// CA certificates between a root and a leaf, as in the search for a path.
const MOST_GENERATIONS: usize = 8;
/// Signers that are tried for one certificate, nearest to the roots first: a CA has a few certificates of one name.
const MOST_SIGNERS: usize = 16;

/// CA certificates that descend from what the devices know.
#[derive(Debug, Default)]
pub struct Descendants {
    /// By subject (DER Name): nearest to the roots first, then by digest.
    by_subject: HashMap<Bytes, Vec<Arc<Certificate>>>,
}

/// CA certificates that are not known to descend from anything, and how many signers were tried for each.
type Waiting = HashMap<Bytes, BTreeMap<Digest, (Arc<Certificate>, usize)>>;

impl DeviceTrust {
    /// Those of `candidates` that are CA certificates and were signed by a root or intermediate of the devices, or by
    /// another of them. Each signature is checked once.
    pub fn descendants(
        &self,
        candidates: impl IntoIterator<Item = Arc<Certificate>>,
    ) -> Descendants {
        let mut waiting = Waiting::new();
        for one in candidates.into_iter().filter(|one| one.is_ca()) {
            let namesakes = waiting.entry(one.issuer.der.clone()).or_default();
            namesakes.insert(one.digest, (one, 0));
        }
        let names: Vec<Bytes> = waiting.keys().cloned().collect();
        let known = names.iter().flat_map(|name| self.named(name));
        let mut signers: Vec<Arc<Certificate>> =
            known.map(|(signer, _)| Arc::clone(signer)).collect();
        let mut found = Descendants::default();
        for _ in 0..MOST_GENERATIONS {
            signers = next_generation(&signers, &mut waiting);
            found.add(&signers);
        }
        found
    }
}

/// What `signers` signed of what is waiting, by digest.
fn next_generation(signers: &[Arc<Certificate>], waiting: &mut Waiting) -> Vec<Arc<Certificate>> {
    let mut signed = BTreeMap::new();
    for signer in signers {
        let Some(children) = waiting.get_mut(&signer.subject.der) else {
            continue;
        };
        children.retain(|digest, (child, tried)| {
            *tried += 1;
            let is_signed = *tried <= MOST_SIGNERS && child.is_signed_by(signer).is_ok();
            if is_signed {
                signed.insert(*digest, Arc::clone(child));
            }
            !is_signed
        });
    }
    signed.into_values().collect()
}

impl Descendants {
    fn add(&mut self, generation: &[Arc<Certificate>]) {
        for one in generation {
            let namesakes = self.by_subject.entry(one.subject.der.clone()).or_default();
            namesakes.push(Arc::clone(one));
        }
    }

    /// Those that bear the name of an issuer of `chain`, and those above them.
    pub fn above<'c>(
        &self,
        chain: impl IntoIterator<Item = &'c Certificate>,
    ) -> Vec<Arc<Certificate>> {
        let mut found: Vec<Arc<Certificate>> = Vec::new();
        let mut names: Vec<Bytes> = chain
            .into_iter()
            .map(|one| one.issuer.der.clone())
            .collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = names.pop() {
            let namesakes = self.by_subject.get(&name).map_or(&[][..], Vec::as_slice);
            if seen.insert(name) {
                names.extend(namesakes.iter().map(|one| one.issuer.der.clone()));
                found.extend(namesakes.iter().cloned());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use rcgen::{
        BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    };

    struct Ca {
        params: CertificateParams,
        key: KeyPair,
    }

    impl Ca {
        fn new(name: &str) -> Self {
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let key = KeyPair::generate().unwrap();
            Self { params, key }
        }

        fn by(&self, issuer: &Self) -> Arc<Certificate> {
            let issuer = Issuer::from_params(&issuer.params, &issuer.key);
            let der = self.params.signed_by(&self.key, &issuer).unwrap();
            Arc::new(Certificate::from_der(der.der()).unwrap())
        }
    }

    fn trusting(root: &Ca) -> DeviceTrust {
        let mut trust = DeviceTrust::default();
        trust.add_root(&root.by(root).der).unwrap();
        trust
    }

    #[test]
    fn what_a_root_signed_through_others_is_found_from_below() {
        let (root, policy, issuing) = (Ca::new("Root"), Ca::new("Policy"), Ca::new("Issuing"));
        let all = [issuing.by(&policy), policy.by(&root)];
        let found = trusting(&root).descendants(all.clone());
        assert_eq!(found.above([&*Ca::new("Leaf").by(&issuing)]), all);
        assert!(
            found
                .above([&*Ca::new("Leaf").by(&Ca::new("X"))])
                .is_empty()
        );
    }

    #[test]
    fn namesakes_count_for_nothing_whoever_signed_them() {
        let (root, issuing) = (Ca::new("Root"), Ca::new("Issuing"));
        let (own_root, true_name) = (Ca::new("Root"), issuing.by(&root));
        // The name alone; the key too, under a root of the same name; and certificates that sign each other.
        let imposter = Ca::new("Issuing");
        let all = [
            imposter.by(&imposter),
            imposter.by(&Ca::new("Elsewhere")),
            imposter.by(&own_root),
            issuing.by(&own_root),
            issuing.by(&imposter),
            own_root.by(&own_root),
            Arc::clone(&true_name),
        ];
        let found = trusting(&root).descendants(all);
        let leaf = Ca::new("Leaf").by(&issuing);
        assert_eq!(found.above([&*leaf]), [true_name]);
    }

    #[test]
    fn circles_and_long_lines_end() {
        let root = Ca::new("Root");
        let line: Vec<Ca> = (0..12).map(|n| Ca::new(&format!("Line {n}"))).collect();
        let mut all = vec![line[0].by(&root), line[0].by(&line[1])];
        all.extend(line.windows(2).map(|pair| pair[1].by(&pair[0])));
        let found = trusting(&root).descendants(all);
        let above = |ca: &Ca| found.above([&*Ca::new("Leaf").by(ca)]).len();
        // The circle is taken too, since the root's own signs it.
        assert_eq!(above(&line[7]), 9);
        assert_eq!(above(&line[8]), 0);
    }

    #[test]
    fn what_is_no_ca_signs_nothing() {
        let (root, mut server) = (Ca::new("Root"), Ca::new("Server"));
        let below = Ca::new("Below").by(&server);
        server.params.is_ca = IsCa::NoCa;
        let found = trusting(&root).descendants([server.by(&root), Arc::clone(&below)]);
        assert!(found.above([&*below]).is_empty());
    }
}

//! Key exchange over P-521, which rustls does not bring: there are servers that take nothing else.

use aws_lc_rs::agreement::{
    ECDH_P521, EphemeralPrivateKey, PublicKey, UnparsedPublicKey, agree_ephemeral,
};
use aws_lc_rs::rand::SystemRandom;
use rustls::crypto::{ActiveKeyExchange, SharedSecret, SupportedKxGroup};
use rustls::{Error, NamedGroup, PeerMisbehaved};

/// The group secp521r1.
#[derive(Debug)]
pub(super) struct P521;

struct Exchange {
    private: EphemeralPrivateKey,
    public: PublicKey,
}

impl SupportedKxGroup for P521 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let private = EphemeralPrivateKey::generate(&ECDH_P521, &SystemRandom::new())
            .map_err(|_| Error::FailedToGetRandomBytes)?;
        let public = private
            .compute_public_key()
            .map_err(|_| Error::FailedToGetRandomBytes)?;
        Ok(Box::new(Exchange { private, public }))
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

impl ActiveKeyExchange for Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        // TLS takes uncompressed points only (RFC 8446, section 4.2.8.2); aws-lc-rs would take others too.
        if peer.first() != Some(&0x04) {
            return Err(PeerMisbehaved::InvalidKeyShare.into());
        }
        agree_ephemeral(
            self.private,
            UnparsedPublicKey::new(&ECDH_P521, peer),
            Error::from(PeerMisbehaved::InvalidKeyShare),
            |secret| Ok(SharedSecret::from(secret)),
        )
    }

    fn pub_key(&self) -> &[u8] {
        self.public.as_ref()
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn both_sides_agree() {
        let (ours, theirs) = (P521.start().unwrap(), P521.start().unwrap());
        let (our_public, their_public) = (ours.pub_key().to_vec(), theirs.pub_key().to_vec());
        let one = ours.complete(&their_public).unwrap();
        let other = theirs.complete(&our_public).unwrap();
        assert_eq!(one.secret_bytes(), other.secret_bytes());
    }

    #[test]
    fn compressed_points_are_refused() {
        let compressed = [&[2][..], &[1; 66]].concat();
        let refused = P521.start().and_then(|ours| ours.complete(&compressed));
        assert!(refused.is_err());
    }
}

//! Public keys and signature algorithms.

/// A subject's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA (or RSA-PSS), with the modulus' length in bits counted from its highest set bit.
    Rsa {
        /// Bits of the modulus.
        bits: u32,
    },
    /// An elliptic-curve key.
    Ec {
        /// Its curve.
        curve: Curve,
    },
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// Anything else: the dotted OID.
    Other(String),
}

/// A named curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
    /// Any other: its name where it has one here, else the dotted OID; and its size in bits where known.
    Other(String, Option<u32>),
}

/// The algorithm of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureAlgorithm {
    /// The name of the OID ("sha256WithRSAEncryption"), or the dotted OID.
    pub name: String,
    /// Its hash, where it is known.
    pub hash: Option<SignatureHash>,
}

/// A hash used in a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureHash {
    /// MD2, MD4 or MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224, SHA-256, SHA-384, SHA-512, SHA-3, or one built into the algorithm (Ed25519).
    Strong,
}

//! Is its key of a size and kind that everybody takes.

pub(super) mod too_small;
pub(super) mod unsupported;

use crate::certificate::PublicKey;

/// Bits of an RSA modulus that Apple and Common Criteria clients ask for.
pub(super) const LEAST_RSA: u32 = 2048;
/// Bits of an EC key that Apple asks for.
const LEAST_EC: u32 = 256;

/// Whether a key is of a known size, and smaller than clients take.
pub(super) fn is_too_small(key: &PublicKey) -> bool {
    match key {
        PublicKey::Rsa { bits } => *bits < LEAST_RSA,
        PublicKey::Ec { curve } => curve.bits().is_some_and(|bits| bits < LEAST_EC),
        PublicKey::Ed25519 | PublicKey::Ed448 | PublicKey::Other(_) => false,
    }
}

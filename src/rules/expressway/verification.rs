//! Whether Expressway-C verifies the servers inside, by its release.

use crate::audit::estate::Estate;
use crate::catalog::{Product, Release};
use crate::deployment::{Deployment, Node};

/// Whether it does; the stricter ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verification {
    /// It does not.
    No,
    /// Documents disagree.
    Perhaps,
    /// It does.
    Yes,
}

/// TAC 225476 names X14.0.8 as the first release.
const PERHAPS_FROM: Release = Release::expressway(14, 0, 8);
/// TAC 218018 names X14.2.
const CERTAIN_FROM: Release = Release::expressway(14, 2, 0);

/// What the strictest Expressway-C does; where the file lists none, they are of the release of Expressway-E. One of
/// unknown release is taken to verify.
pub(super) fn verification(estate: &Estate<'_>) -> Verification {
    *estate.once(|| of_strictest(estate.deployment))
}

fn of_strictest(deployment: &Deployment) -> Verification {
    let of_product = |product| -> Vec<&Node> { deployment.nodes_of(product).collect() };
    let mut nodes = of_product(Product::ExpresswayC);
    if nodes.is_empty() {
        nodes = of_product(Product::ExpresswayE);
    }
    let each = nodes.into_iter().map(|node| match &node.release {
        Some(release) if *release < PERHAPS_FROM => Verification::No,
        Some(release) if *release < CERTAIN_FROM => Verification::Perhaps,
        _ => Verification::Yes,
    });
    each.max().unwrap_or(Verification::Yes)
}

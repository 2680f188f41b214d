//! Releases: of the deployment and of a node. An Expressway counts its own.

use super::{Faults, fault};
use crate::catalog::{Product, Release};
use crate::deployment::Problem;
use crate::deployment::schema::Text;

/// The deployment's default release.
pub(super) fn default(word: Option<&Text>, faults: &mut Faults) -> Option<Release> {
    word.and_then(|word| faults.keep(read(word)))
}

/// A node's release: its own, or the default if that is of its kind.
pub(super) fn of_node(
    word: Option<&Text>,
    product: Option<Product>,
    default: Option<&Release>,
    faults: &mut Faults,
) -> Option<Release> {
    match (word, product) {
        (Some(word), Some(product)) => faults.keep(own(word, product)),
        (Some(word), None) => faults.keep(read(word)),
        (None, Some(product)) => default.filter(|release| applies(release, product)).cloned(),
        (None, None) => None,
    }
}

/// A default without X is that of the Voice Operating System products, one with X that of the Expressways.
fn applies(default: &Release, product: Product) -> bool {
    if default.is_expressway() {
        product.is_expressway()
    } else {
        product.is_voice_operating_system()
    }
}

fn own(word: &Text, product: Product) -> Result<Release, Problem> {
    let release = read(word)?;
    let of_unified_cm = |text: &str| text.to_ascii_uppercase().contains("SU") || text.contains('(');
    if release.is_expressway() && !product.is_expressway() {
        let what = format!(
            "is a release of Expressway, and this node is {}",
            product.title()
        );
        return Err(fault(word, &what).help("write it like 14, 14SU2 or 12.5(1)SU6"));
    }
    if product.is_expressway() && !release.is_expressway() {
        if of_unified_cm(word.get_ref()) {
            let what = format!(
                "is no release of Expressway, and this node is {}",
                product.title()
            );
            return Err(fault(word, &what).help("write it like X14.2 or X14.0.8"));
        }
        return Ok(release.for_expressway());
    }
    Ok(release)
}

fn read(word: &Text) -> Result<Release, Problem> {
    word.get_ref()
        .parse()
        .map_err(|wanted: &str| fault(word, "is not a release").help(wanted))
}

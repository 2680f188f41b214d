//! All of them in one scan, and one good node.

use crate::scene::Scene;
use crate::sources::Sources;
use crate::{chains, cuts, lengths, lists, names, preludes, silences};

#[test]
fn all_hostile_services_together_change_nothing_for_a_good_one() {
    let (real, sources) = (cuts::real(), Sources::start());
    let scene = Scene::new("10s", "[revocation]\ntimeout = \"1s\"", None)
        .with(cuts::cases(&real, 301))
        .with(silences::quick().into_iter().step_by(2))
        .with(preludes::cases())
        .with(lengths::of_certificates(60))
        .with(chains::cases())
        .with(names::cases())
        .with(lists::cases().into_iter().take(6))
        .with(sources.cases.clone());
    scene.check(&[]);
}

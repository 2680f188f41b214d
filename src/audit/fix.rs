//! The way out of a fault: steps in the product's own menu names, services to restart, cautions.

use super::rule::Rule;
use super::verdict::Seen;
use crate::catalog::{Place, places, procedure};
use crate::deployment::{Node, NodeService};
use crate::source::Citation;

/// Where a rule's steps come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// A new certificate: the catalogue's procedure for the certificate at hand.
    Reissue,
    /// The name is configured wrongly: the places of table 3 for the node's product and release.
    Rename,
    /// Either: configure the name that the certificate has, or order one with the name.
    RenameOrReissue,
    /// The certificate is good, the client devices must come to trust its root.
    DeployTrust,
    /// Steps of the rule's own.
    Own {
        /// What to do, in order.
        steps: &'static [&'static str],
        /// Services to restart afterwards.
        restart: &'static [&'static str],
        /// What to mind.
        cautions: &'static [&'static str],
    },
}

/// The way out of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Fix {
    /// What to do in a sentence or two.
    pub summary: String,
    /// Steps in order.
    pub steps: Vec<String>,
    /// Services to restart afterwards, in order.
    pub restart: Vec<String>,
    /// What to mind.
    pub cautions: Vec<String>,
    /// Who describes these steps.
    pub citations: Vec<Citation>,
}

/// Pushing a CA to client devices (document 116917 "How do I import certificates into user device certificate stores?",
/// domain.md section 7.3).
const DEPLOY: [&str; 4] = [
    "Windows: Group Policy > Computer Configuration > Windows Settings > Security Settings > Public Key Policies: the root \
     into Trusted Root Certification Authorities, intermediates into Intermediate Certification Authorities.",
    "Mac: the root into the System keychain, \"Always Trust\", or by a configuration profile.",
    "iPhone and iPad: by an MDM profile; a root installed by hand must also be enabled under Settings > General > About > \
     Certificate Trust Settings.",
    "Android: Security > Install from storage, or by MDM.",
];

/// Composes the way out of a finding on a node, or a service of it.
pub(super) fn compose(
    rule: &Rule,
    seen: &Seen,
    node: Option<&Node>,
    service: Option<&NodeService>,
) -> Fix {
    let mut fix = Fix {
        summary: rule.fix.to_owned(),
        steps: seen.steps.clone(),
        ..Fix::default()
    };
    match rule.remedy {
        Remedy::Reissue => fix.reissue(node, service),
        Remedy::Rename => fix.rename(node),
        Remedy::RenameOrReissue => {
            fix.rename(node);
            fix.reissue(node, service);
        }
        Remedy::DeployTrust => fix.steps.extend(DEPLOY.map(str::to_owned)),
        Remedy::Own {
            steps,
            restart,
            cautions,
        } => {
            fix.steps.extend(owned(steps));
            fix.restart = owned(restart);
            fix.cautions = owned(cautions);
        }
    }
    fix
}

impl Fix {
    fn reissue(&mut self, node: Option<&Node>, service: Option<&NodeService>) {
        let (Some(node), Some(service)) = (node, service) else {
            return;
        };
        let procedure = procedure(node.product, service.certificate_name);
        self.steps.extend(procedure.steps());
        self.restart.extend(owned(procedure.restart));
        self.cautions.extend(owned(procedure.cautions));
        self.citations.push(procedure.citation);
    }

    fn rename(&mut self, node: Option<&Node>) {
        let places: &[Place] = node.map_or(&[], |node| places(node.product, node.release.as_ref()));
        for place in places {
            self.steps
                .push(format!("{}: {}", place.setting, place.menu));
            self.cautions.extend(place.caution.map(str::to_owned));
            if !self.citations.contains(&place.citation) {
                self.citations.push(place.citation);
            }
        }
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

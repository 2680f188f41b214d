//! What to order and how to install it: a line for each certificate of each node, one for a multi-server certificate; and
//! the calendar of renewals. Pure: the deployment, perhaps with what was seen, and a moment.

mod authority;
mod calendar;
mod grouping;
mod installation;
mod remarks;
mod request;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::audit::estate::Estate;
use crate::catalog::{CertificateName, KeyAdvice};
use crate::deployment::{Deployment, Node, RequiredName, Requirements};
use crate::source::Citation;

pub use authority::{Authority, AuthorityKind, Suitability};
pub use calendar::{Burden, Calendar, Renewal, Window};
pub use installation::{Installation, Restart, UPLOAD_ORDER};
pub use request::{Droppable, Usages};
pub use standing::Standing;

/// What to order and how to install it.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// As of when (unix seconds).
    pub at: i64,
    /// Whether what the nodes present was looked at.
    pub with_evidence: bool,
    /// Every certificate, in the order in which it is installed.
    pub lines: Vec<Line<'a>>,
    /// When each must be renewed.
    pub calendar: Calendar,
    /// What concerns more than one line.
    pub remarks: Vec<String>,
}

/// A certificate to order.
#[derive(Debug)]
pub struct Line<'a> {
    /// The same from run to run: "cucm-pub/tomcat".
    pub id: String,
    /// Its name.
    pub certificate: CertificateName,
    /// The nodes that present it; never empty, the first makes the request.
    pub nodes: Vec<&'a Node>,
    /// One certificate for all of `nodes`.
    pub multi_server: bool,
    /// The subject's CN.
    pub common_name: String,
    /// What the subjectAltName must hold.
    pub names: Vec<RequiredName>,
    /// What it may be used for.
    pub usages: Usages,
    /// Which key.
    pub key: KeyAdvice,
    /// Who can sign it.
    pub authority: Authority,
    /// How it is installed.
    pub installation: Installation,
    /// Whether it is there already.
    pub standing: Standing,
    /// When it must be renewed.
    pub renewal: Renewal,
    /// What to mind about this very certificate.
    pub notes: Vec<String>,
}

impl<'a> Plan<'a> {
    /// The plan as of the moment `at` (unix seconds), with what the nodes presented where an estate is given. Only lines
    /// of the nodes named by `only`, unless that is empty.
    pub fn of(
        deployment: &'a Deployment,
        estate: Option<&Estate<'_>>,
        at: i64,
        only: &[String],
    ) -> Self {
        let only: BTreeSet<&str> = only.iter().map(String::as_str).collect();
        let wanted = |nodes: &[&Node]| {
            only.is_empty() || nodes.iter().any(|node| only.contains(&*node.name))
        };
        let told = Told {
            requirements: Requirements::of(deployment),
            places: remarks::Places::of(deployment),
            estate,
            at,
        };
        let lines: Vec<Line<'a>> = grouping::groups(&told.requirements)
            .into_iter()
            .filter(|group| wanted(&group.nodes))
            .map(|group| line(&told, group))
            .collect();
        Self {
            deployment,
            at,
            with_evidence: estate.is_some(),
            calendar: Calendar::of(&lines, at),
            remarks: remarks::of(deployment, &lines, at),
            lines,
        }
    }

    /// Lines that are not shown to be in place: what to order.
    pub fn orders(&self) -> impl Iterator<Item = &Line<'a>> {
        self.lines.iter().filter(|line| line.is_ordered())
    }
}

impl<'a> Plan<'a> {
    /// The lines of a change window, in the order of the plan.
    pub fn lines_of(&self, window: &Window) -> Vec<&Line<'a>> {
        let places = window.places.iter();
        places.filter_map(|place| self.lines.get(*place)).collect()
    }
}

impl<'a> Line<'a> {
    /// The node that makes the request.
    pub fn publisher(&self) -> Option<&'a Node> {
        self.nodes.first().copied()
    }

    /// Not shown to be in place: to be ordered.
    pub fn is_ordered(&self) -> bool {
        !matches!(self.standing, Standing::InPlace { .. })
    }

    /// "cucm-pub, imp1".
    pub fn node_names(&self) -> String {
        let names: Vec<&str> = self.nodes.iter().map(|node| &*node.name).collect();
        names.join(", ")
    }

    /// Who says so: usages, key, names, installation, each once.
    pub fn citations(&self) -> Vec<Citation> {
        let mut all: Vec<Citation> = Vec::new();
        let names = self.names.iter().map(|name| name.why.citation());
        let usages = self.usages.citations.iter().copied();
        let others = self.installation.citations.iter().copied();
        for one in names.chain(usages).chain([self.key.citation]).chain(others) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        all
    }
}

/// What all lines rest on.
struct Told<'a, 'e> {
    requirements: Requirements<'a>,
    places: remarks::Places<'a>,
    estate: Option<&'e Estate<'e>>,
    at: i64,
}

fn line<'a>(told: &Told<'a, '_>, group: grouping::Group<'a>) -> Line<'a> {
    let (deployment, at) = (told.requirements.deployment(), told.at);
    let first = group.nodes[0];
    // Of a multi-server certificate those of all nodes that share it, the publisher's first.
    let names = told.requirements.names(first, group.certificate);
    let usages = request::usages(&group);
    let authority = authority::of(deployment, &group, &names, &usages, at);
    let standing = standing::of(told.estate, &group, &names, &usages, at);
    Line {
        id: format!("{}/{}", first.name, group.certificate),
        common_name: request::common_name(&group),
        key: crate::catalog::key(first.product, group.certificate),
        installation: installation::of(&group),
        renewal: Renewal::of(&standing, &authority, at),
        notes: remarks::of_line(&told.places, deployment, &group, &names),
        names,
        usages,
        authority,
        standing,
        certificate: group.certificate,
        multi_server: group.multi_server,
        nodes: group.nodes,
    }
}

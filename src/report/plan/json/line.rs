//! A certificate of the plan.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::super::moment_text;
use super::owned;
use crate::deployment::{Node, RequiredName};
use crate::plan::{Authority, Installation, Line, Suitability, UPLOAD_ORDER};
use crate::source::Citation;
use crate::text::escape;

/// A certificate to order.
#[derive(Serialize, JsonSchema)]
pub(super) struct Certificate1 {
    /// The same from run to run: "cucm-pub/tomcat".
    id: String,
    /// "tomcat", "cup-xmpp"...
    certificate_name: &'static str,
    /// The nodes that present it; the first makes the request.
    nodes: Vec<Node1>,
    /// One certificate for all of them.
    multi_server: bool,
    /// "order", "in-place" or "unknown" (not every node showed it: order it until it is seen).
    #[schemars(extend("enum" = ["order", "in-place", "unknown"]))]
    status: &'static str,
    /// What was seen, where it was looked at.
    reasons: Vec<String>,
    /// The subject to ask for.
    subject: Subject1,
    /// What the subjectAltName must hold; empty where phones know the certificate from their trust list.
    subject_alternative_names: Vec<Name1>,
    /// RFC 5280 names of the bits to ask for.
    key_usage: Vec<&'static str>,
    /// Bits that may be there or not.
    key_usage_tolerated: Vec<&'static str>,
    /// RFC 5280 names of the purposes to ask for.
    extended_key_usage: Vec<&'static str>,
    /// Those that the CA may drop.
    may_be_dropped: Vec<Droppable1>,
    /// The key to make.
    key: Key1,
    /// Which kind of CA can sign it.
    authority: Authority1,
    /// How it is put in its place.
    installation: Installation1,
    /// When it has to be renewed.
    renewal: Renewal1,
    /// What to mind about this very certificate.
    notes: Vec<String>,
    /// Who says so.
    citations: Vec<Citation1>,
}

#[derive(Serialize, JsonSchema)]
struct Node1 {
    /// Its name, unique in the deployment.
    name: String,
    /// What it runs: "cucm", "im-presence"...
    product: &'static str,
    /// The name that clients are given.
    address: String,
    /// As the deployment file has it.
    release: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Subject1 {
    /// Its CN.
    common_name: String,
}

#[derive(Serialize, JsonSchema)]
struct Name1 {
    /// Always "dns".
    kind: &'static str,
    /// The name.
    name: String,
    /// Why it is there.
    why: &'static str,
    /// Another name that serves the same end.
    alternative: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Droppable1 {
    /// The purpose, by its RFC 5280 name.
    usage: &'static str,
    /// Why nothing breaks without it.
    why: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Key1 {
    /// Always "RSA".
    algorithm: &'static str,
    /// Its size.
    bits: u32,
    /// Other keys that the product can make.
    others: &'static [&'static str],
    /// What to mind when it is made.
    caution: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
struct Authority1 {
    /// "public" or "private".
    #[schemars(extend("enum" = ["public", "private"]))]
    recommended: &'static str,
    /// Why that kind.
    because: String,
    /// Days that a certificate of that kind may live when it is issued now.
    life_days: u32,
    /// Whether a public CA can.
    public: Suitability1,
    /// Whether a private CA can.
    private: Suitability1,
}

#[derive(Serialize, JsonSchema)]
struct Suitability1 {
    /// Whether such a CA can sign it as of the plan's moment.
    today: bool,
    /// From then on it cannot, RFC 3339 UTC.
    #[schemars(extend("format" = "date-time"))]
    until: Option<String>,
    /// The reason.
    why: String,
}

#[derive(Serialize, JsonSchema)]
struct Installation1 {
    /// Where the CA's certificates go; null where the steps say it.
    trust_store: Option<&'static str>,
    /// What is uploaded after what.
    upload_order: [&'static str; 3],
    /// Click by click, in order.
    steps: Vec<String>,
    /// Node by node, in order.
    restarts: Vec<Restart1>,
    /// Checks after the restarts.
    afterwards: Vec<String>,
    /// What to mind.
    cautions: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Restart1 {
    /// The node.
    node: String,
    /// The services, in the product's words.
    services: &'static [&'static str],
}

#[derive(Serialize, JsonSchema)]
struct Renewal1 {
    /// Renew it at the latest then, RFC 3339 UTC.
    #[schemars(extend("format" = "date-time"))]
    due: String,
    /// The end of its life, RFC 3339 UTC.
    #[schemars(extend("format" = "date-time"))]
    not_after: String,
    /// It is not there yet: as if it were issued at the plan's moment with the longest life.
    assumed: bool,
}

#[derive(Serialize, JsonSchema)]
struct Citation1 {
    /// The document.
    title: &'static str,
    /// The place in it; empty for the whole.
    section: &'static str,
}

impl Certificate1 {
    pub(super) fn of(line: &Line<'_>) -> Self {
        let usages = &line.usages;
        Self {
            id: escape(&line.id).into_owned(),
            certificate_name: line.certificate.name(),
            nodes: line.nodes.iter().map(|node| Node1::of(node)).collect(),
            multi_server: line.multi_server,
            status: line.standing.name(),
            reasons: owned(line.standing.reasons()),
            subject: Subject1 {
                common_name: escape(&line.common_name).into_owned(),
            },
            subject_alternative_names: line.names.iter().map(Name1::of).collect(),
            key_usage: usages.key_usage.names(),
            key_usage_tolerated: usages.tolerated.names(),
            extended_key_usage: usages.extended.clone(),
            may_be_dropped: droppable(line),
            key: Key1 {
                algorithm: "RSA",
                bits: line.key.rsa_bits,
                others: line.key.others,
                caution: line.key.caution,
            },
            authority: Authority1::of(&line.authority),
            installation: Installation1::of(&line.installation),
            renewal: Renewal1 {
                due: moment_text(line.renewal.due),
                not_after: moment_text(line.renewal.not_after),
                assumed: line.renewal.assumed,
            },
            notes: owned(&line.notes),
            citations: line.citations().into_iter().map(Citation1::of).collect(),
        }
    }
}

fn droppable(line: &Line<'_>) -> Vec<Droppable1> {
    let each = line.usages.droppable.iter().map(|one| Droppable1 {
        usage: one.usage,
        why: one.why,
    });
    each.collect()
}

impl Node1 {
    fn of(node: &Node) -> Self {
        let release = node.release.as_ref();
        Self {
            name: escape(&node.name).into_owned(),
            product: node.product.name(),
            address: escape(&node.address).into_owned(),
            release: release.map(|release| escape(&release.to_string()).into_owned()),
        }
    }
}

impl Name1 {
    fn of(name: &RequiredName) -> Self {
        Self {
            kind: "dns",
            name: escape(&name.name).into_owned(),
            why: name.why.words(),
            alternative: name.alternative().map(|other| escape(&other).into_owned()),
        }
    }
}

impl Authority1 {
    fn of(authority: &Authority) -> Self {
        Self {
            recommended: authority.recommended.name(),
            because: escape(&authority.because).into_owned(),
            life_days: authority.life_days,
            public: Suitability1::of(&authority.public),
            private: Suitability1::of(&authority.private),
        }
    }
}

impl Suitability1 {
    fn of(one: &Suitability) -> Self {
        Self {
            today: one.today,
            until: one.until.map(moment_text),
            why: escape(&one.why).into_owned(),
        }
    }
}

impl Installation1 {
    fn of(one: &Installation) -> Self {
        let restarts = one.restarts.iter().map(|restart| Restart1 {
            node: escape(&restart.node).into_owned(),
            services: restart.services,
        });
        Self {
            trust_store: one.trust_store,
            upload_order: UPLOAD_ORDER,
            steps: owned(&one.steps),
            restarts: restarts.collect(),
            afterwards: owned(&one.afterwards),
            cautions: owned(&one.cautions),
        }
    }
}

impl Citation1 {
    fn of(citation: Citation) -> Self {
        Self {
            title: citation.source.title,
            section: citation.section,
        }
    }
}

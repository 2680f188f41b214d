//! A deployment whose one node stands for the server that will present the files.

use std::path::Path;

use super::files::Bundle;
use super::{Failure, only_node, usual_product};
use crate::catalog::{CertificateName, Product, Release};
use crate::certificate::{Certificate, Digest};
use crate::cli::Bearer;
use crate::deployment::{Deployment, Node, NodeService, Setting, Waiver};
use crate::evidence::{Certificates, Ending, Evidence, Observation, Presentation, SCHEMA};
use crate::report::moment_text;

/// What stands for the server.
pub(in crate::command) struct StandIn {
    /// Its deployment.
    pub(in crate::command) deployment: Deployment,
    /// Nobody said which names it has: each certificate is taken at its own word.
    pub(in crate::command) own_names: bool,
}

/// A node to be: what it is called, and what it presents.
pub(in crate::command) struct Presenter {
    /// The file, for people.
    pub(in crate::command) label: String,
    /// The name that it goes by when nobody says another: its certificate's or its request's.
    pub(in crate::command) own_name: Option<String>,
    /// What it presents; none where only a request is known.
    pub(in crate::command) bundles: Vec<Bundle>,
}

impl Presenter {
    /// Of one bundle.
    pub(in crate::command) fn of(bundle: Bundle) -> Self {
        let leaf = bundle
            .chain
            .first()
            .and_then(|der| Certificate::from_der(der).ok());
        let own_name = leaf.as_ref().and_then(|leaf| {
            let first = leaf.dns_names().first().map(String::as_str);
            first.or(leaf.common_name()).map(str::to_owned)
        });
        Self {
            label: bundle.label.clone(),
            own_name,
            bundles: vec![bundle],
        }
    }
}

/// From the command line.
pub(in crate::command) fn of(options: &Bearer, name: CertificateName) -> Result<StandIn, Failure> {
    let product = options
        .product
        .as_deref()
        .and_then(Product::named)
        .unwrap_or_else(|| usual_product(name));
    let mut deployment = blank(product)?;
    deployment.xmpp_domains.clone_from(&options.xmpp_domains);
    deployment.trust.system = !options.no_system_roots;
    deployment.trust.roots.clone_from(&options.roots);
    deployment.settings = options
        .names
        .iter()
        .skip(1)
        .map(|name| setting(name))
        .collect();
    let node = only_node(&mut deployment)?;
    node.release = options
        .release
        .as_deref()
        .map(|text| release(text, product))
        .transpose()?;
    if let Some(first) = options.names.first() {
        node.address = first.trim_end_matches('.').to_ascii_lowercase();
    }
    Ok(StandIn {
        deployment,
        own_names: options.names.is_empty(),
    })
}

fn blank(product: Product) -> Result<Deployment, Failure> {
    let text = format!(
        "name = \"certificate files\"\ndomain = \"unknown.invalid\"\n\
         [[node]]\nname = \"file\"\nproduct = \"{product}\"\naddress = \"unknown.invalid\"\n"
    );
    Deployment::parse(&text, Path::new(""), &[]).map_err(|problems| {
        Failure::System(
            problems
                .into_iter()
                .map(|problem| problem.message)
                .collect(),
        )
    })
}

fn setting(name: &str) -> Setting {
    Setting {
        location: "--name".to_owned(),
        value: name.to_owned(),
        node: "file".to_owned(),
        line: 1,
    }
}

fn release(text: &str, product: Product) -> Result<Release, Failure> {
    let release: Release = text
        .parse()
        .map_err(|fault| Failure::System(format!("--release {text}: {fault}")))?;
    Ok(if product.is_expressway() {
        release.for_expressway()
    } else {
        release
    })
}

impl StandIn {
    /// One node for each presenter, with its bundles on the service that bears the certificate of that name.
    pub(in crate::command) fn present(
        &mut self,
        presenters: &[Presenter],
        name: CertificateName,
        at: i64,
    ) -> Result<Evidence, Failure> {
        let pattern = only_node(&mut self.deployment)?.clone();
        let service = bearer(&pattern, name)?;
        let mut evidence = empty(&self.deployment, at);
        let settings = std::mem::take(&mut self.deployment.settings);
        self.rename_in_waivers(&pattern.name, presenters);
        self.deployment.nodes.clear();
        for presenter in presenters {
            let node = self.node(&pattern, &service, presenter);
            self.deployment
                .settings
                .extend(settings.iter().map(|setting| Setting {
                    node: node.name.clone(),
                    ..setting.clone()
                }));
            record(&mut evidence, &node, &presenter.bundles);
            self.deployment.nodes.push(node);
        }
        Ok(evidence)
    }

    /// What is accepted on the node is accepted in each file that it will present.
    fn rename_in_waivers(&mut self, node: &str, presenters: &[Presenter]) {
        let waivers = std::mem::take(&mut self.deployment.waivers);
        let (own, others): (Vec<Waiver>, Vec<Waiver>) = waivers
            .into_iter()
            .partition(|waiver| waiver.node.as_deref() == Some(node));
        self.deployment.waivers = others;
        for waiver in own {
            let renamed = presenters.iter().map(|presenter| Waiver {
                node: Some(presenter.label.clone()),
                ..waiver.clone()
            });
            self.deployment.waivers.extend(renamed);
        }
    }

    /// A presenter without a certificate has no service.
    fn node(&self, pattern: &Node, service: &NodeService, presenter: &Presenter) -> Node {
        let mut node = Node {
            name: presenter.label.clone(),
            services: presenter
                .bundles
                .first()
                .map(|_| service.clone())
                .into_iter()
                .collect(),
            ..pattern.clone()
        };
        if self.own_names {
            let own = presenter.own_name.as_deref().unwrap_or_default();
            node.address = own.replace('*', "any");
        }
        node
    }
}

/// The service of the node that presents the certificate of that name, whether it is usually probed or not.
fn bearer(node: &Node, name: CertificateName) -> Result<NodeService, Failure> {
    let listed = node
        .services
        .iter()
        .find(|service| service.certificate_name == name);
    if let Some(service) = listed {
        return Ok(NodeService {
            required: true,
            one_of: false,
            ..service.clone()
        });
    }
    let known = node
        .product
        .services()
        .iter()
        .find(|service| service.certificate_name == name);
    let known = known.ok_or_else(|| {
        let names = node
            .product
            .services()
            .iter()
            .map(|service| service.certificate_name.name());
        let mut names: Vec<&str> = names.collect();
        names.dedup();
        Failure::System(format!(
            "{} has no certificate {name}; it has {}",
            node.product,
            names.join(", ")
        ))
    })?;
    Ok(NodeService {
        name: known.name,
        port: known.port,
        connect: None,
        transport: known.transport,
        certificate_name: name,
        required: true,
        one_of: false,
        audience: known.audience,
        mutual_tls: known.mutual_tls,
    })
}

fn empty(deployment: &Deployment, at: i64) -> Evidence {
    Evidence {
        schema: SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        deployment: deployment.name.clone(),
        collected_at: moment_text(at),
        complete: true,
        observations: Vec::new(),
        certificates: Certificates::default(),
        fetches: Vec::new(),
        dns: Vec::new(),
        uds: Vec::new(),
        redacted: None,
        shards: Vec::new(),
    }
}

fn record(evidence: &mut Evidence, node: &Node, bundles: &[Bundle]) {
    for der in bundles.iter().flat_map(|bundle| &bundle.chain) {
        evidence.certificates.add(der);
    }
    let presentations: Vec<Presentation> = bundles.iter().map(presented).collect();
    evidence
        .observations
        .extend(node.services.iter().map(|service| Observation {
            node: node.name.clone(),
            service: service.name.to_owned(),
            port: service.port,
            address: None,
            presentations: presentations.clone(),
            silence: None,
        }));
}

fn presented(bundle: &Bundle) -> Presentation {
    Presentation {
        chain: bundle.chain.iter().map(|der| Digest::of(der)).collect(),
        version: None,
        cipher: None,
        group: None,
        client_certificate: None,
        stapled_ocsp: None,
        ending: Ending::Completed,
    }
}

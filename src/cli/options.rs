//! What each command takes.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};

use super::judging::Judging;
use super::rule_name::RuleName;
use crate::catalog::{CertificateName, Product};
use crate::deployment::domain_name;
use crate::evidence::Shard;

/// `certaudit scan`
#[derive(Debug, Args)]
pub struct Scan {
    /// Deployment files, or folders of them
    #[arg(default_value = "cluster.toml", value_name = "CONFIG")]
    pub configs: Vec<PathBuf>,
    /// Keep the evidence, for `certaudit audit`; of several deployments with {deployment} in the path
    #[arg(long, value_name = "PATH")]
    pub record: Option<PathBuf>,
    /// Propose waivers for what was found.
    #[command(flatten)]
    pub baseline: Baseline,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// `certaudit probe`
#[derive(Debug, Args)]
pub struct Probe {
    /// Deployment files, or folders of them
    #[arg(default_value = "cluster.toml", value_name = "CONFIG")]
    pub configs: Vec<PathBuf>,
    /// Where to write the evidence; of several deployments with {deployment} in the path. Compressed when it ends in .zst
    #[arg(short, long, value_name = "EVIDENCE")]
    pub output: PathBuf,
    /// Only this node; may be repeated
    #[arg(long = "node", value_name = "NAME")]
    pub nodes: Vec<String>,
    /// Only the nodes of shard K of N ("3/8"): stable from run to run, disjoint, all together complete
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<Shard>,
}

fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).ok_or_else(|| {
        "write it as K/N with K from 1 to N, for example 3/8; N is at most 65535".to_owned()
    })
}

/// `certaudit audit`
#[derive(Debug, Args)]
pub struct Audit {
    /// Deployment files, or folders of them
    #[arg(default_value = "cluster.toml", value_name = "CONFIG")]
    pub configs: Vec<PathBuf>,
    /// What `probe` or `scan --record` wrote; may be repeated (several vantage points, shards). Of several deployments with
    /// {deployment} in the path
    #[arg(long, required = true, value_name = "FILE")]
    pub evidence: Vec<PathBuf>,
    /// Propose waivers for what was found.
    #[command(flatten)]
    pub baseline: Baseline,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// Waivers to begin with.
#[derive(Debug, Args)]
pub struct Baseline {
    /// Also write to a file, which must not be there yet, a waiver for each listed error and warning that none accepts: to go
    /// through, and to append to the deployment file. They end 90 days after the moment as of which is judged
    #[arg(long, value_name = "FILE")]
    pub write_waivers: Option<PathBuf>,
}

/// `certaudit redact`
#[derive(Debug, Args)]
pub struct Redact {
    /// What `probe` or `scan --record` wrote
    #[arg(value_name = "EVIDENCE")]
    pub evidence: PathBuf,
    /// Where to write the redacted evidence
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The deployment file: redacted with the same names, so that the redacted evidence can be judged
    #[arg(long, value_name = "CONFIG", requires = "config_output")]
    pub config: Option<PathBuf>,
    /// Where to write the redacted deployment file; the certificates that it trusts are written beside it
    #[arg(long, value_name = "FILE", requires = "config")]
    pub config_output: Option<PathBuf>,
}

/// `certaudit check`
#[derive(Debug, Args)]
pub struct Check {
    /// Certificate files: PEM, DER or PKCS#7; "-" is standard input. CA certificates among them are the chain
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What it is for, and who trusts it.
    #[command(flatten)]
    pub bearer: Bearer,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// `certaudit csr`
#[derive(Debug, Args)]
pub struct Csr {
    /// Signing requests: PEM or DER; "-" is standard input. Several are compared with each other
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What came back from the CA: PEM, DER or PKCS#7, with its chain; may be repeated. Compared with the request, and
    /// judged as `certaudit check` does
    #[arg(long, value_name = "CERT")]
    pub issued: Vec<PathBuf>,
    /// The requests go to a public CA, which does not sign private names
    #[arg(long)]
    pub public_ca: bool,
    /// What it is for, and who trusts it.
    #[command(flatten)]
    pub bearer: Bearer,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// What a certificate in a file is for, who will look at it, and whom they trust.
#[derive(Debug, Args)]
pub struct Bearer {
    /// What the certificate is for: its name in Certificate Management ("tomcat", "cup-xmpp") [default: https]
    #[arg(long = "as", value_name = "CERTIFICATE", value_parser = certificate_names())]
    pub certificate_name: Option<String>,
    /// The product that will present it [default: the usual one for the certificate]
    #[arg(long, value_parser = products())]
    pub product: Option<String>,
    /// The product's release ("14SU2")
    #[arg(long)]
    pub release: Option<String>,
    /// A host name that clients use; may be repeated
    #[arg(long = "name", value_name = "HOST")]
    pub names: Vec<String>,
    /// A presence domain; may be repeated
    #[arg(long = "xmpp-domain", value_name = "DOMAIN")]
    pub xmpp_domains: Vec<String>,
    /// Roots that the client devices trust besides this machine's; may be repeated
    #[arg(long, value_name = "PEM")]
    pub roots: Vec<PathBuf>,
    /// Intermediates that will be uploaded with it; may be repeated
    #[arg(long, value_name = "PEM")]
    pub intermediates: Vec<PathBuf>,
    /// This machine's roots do not count
    #[arg(long)]
    pub no_system_roots: bool,
    /// Judge revocation with this CRL (PEM or DER), too; may be repeated
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Judge revocation with this OCSP response (DER), too; may be repeated
    #[arg(long, value_name = "FILE")]
    pub ocsp: Vec<PathBuf>,
    /// Touch no network: do not ask revocation servers, do not fetch missing issuers
    #[arg(long)]
    pub no_fetch: bool,
    /// Take names, product, release and trust from this deployment file and the node given by --node
    #[arg(long, value_name = "CONFIG", conflicts_with_all = [
        "product", "release", "names", "xmpp_domains", "roots", "intermediates", "no_system_roots"
    ])]
    pub config: Option<PathBuf>,
}

/// `certaudit discover`
#[derive(Debug, Args)]
pub struct Discover {
    /// The domain that users sign in with ("acme.test")
    #[arg(value_parser = domain_name)]
    pub domain: String,
    /// The DNS server to ask [default: the system's resolver]
    #[arg(long, value_name = "HOST:PORT")]
    pub dns: Option<String>,
    /// Roots that the client devices trust, for the file; may be repeated
    #[arg(long, value_name = "PEM")]
    pub roots: Vec<PathBuf>,
    /// Where to write the deployment file, which must not be there yet [default: standard output]
    #[arg(short, long, value_name = "CONFIG")]
    pub output: Option<PathBuf>,
}

/// `certaudit demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Print the demo's deployment file instead of scanning it
    #[arg(long)]
    pub print_config: bool,
    /// What to judge, and where the report goes.
    #[command(flatten)]
    pub judging: Judging,
}

/// `certaudit rules`
#[derive(Debug, Args)]
pub struct Rules {
    /// Only this rule or family; may be repeated
    #[arg(value_name = "RULE", value_parser = RuleName::OrFamily, hide_possible_values = true)]
    pub only: Vec<String>,
}

/// `certaudit explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The rule's name
    #[arg(value_parser = RuleName::Alone, hide_possible_values = true)]
    pub rule: String,
}

/// `certaudit schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Which file format
    pub of: SchemaOf,
}

/// A file format with a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The deployment file
    Cluster,
    /// The JSON report
    Report,
    /// A line of the JSON Lines report
    Finding,
    /// JSON reports of several deployments in one file
    Reports,
    /// The evidence file
    Evidence,
    /// The JSON of `certaudit plan`
    Plan,
    /// The JSON of `certaudit diff`
    Diff,
}

fn certificate_names() -> PossibleValuesParser {
    PossibleValuesParser::new(CertificateName::ALL.map(CertificateName::name))
}

fn products() -> PossibleValuesParser {
    let value = |product: Product| PossibleValue::new(product.name()).help(product.title());
    PossibleValuesParser::new(Product::ALL.map(value))
}

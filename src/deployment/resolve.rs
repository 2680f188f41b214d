//! From the file as written to a deployment: defaults, names, references. Every fault of meaning is collected; where one
//! is, resolving goes on with a default to find the others.

mod domains;
mod durations;
mod hosts;
mod limits;
mod nodes;
mod references;
mod releases;
mod services;
mod sharing;

use std::path::{Path, PathBuf};

use super::problem::Lines;
use super::schema::{File, Text};
use super::words::quote;
use super::{Client, Deployment, Problem};

/// What the file doesn't say itself.
pub(super) struct Surroundings<'a> {
    /// Where the lines of the file are.
    pub lines: Lines,
    /// Where relative paths start.
    pub base: &'a Path,
    /// Names that a waiver may use.
    pub known_rules: &'a [&'a str],
}

/// The faults found so far.
pub(super) struct Faults(pub Vec<Problem>);

impl Faults {
    fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// The value, or nothing and one fault more.
    fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(problem)).ok()
    }

    /// The values that are right.
    fn keep_all<'t, T>(
        &mut self,
        words: impl IntoIterator<Item = &'t Text>,
        read: impl Fn(&Text) -> Result<T, Problem>,
    ) -> Vec<T> {
        let read = words.into_iter().map(read);
        read.filter_map(|result| self.keep(result)).collect()
    }
}

/// A host name or an IP literal as the deployment keeps it.
pub(super) fn host(word: &Text) -> Result<String, Problem> {
    hosts::host(word).map(hosts::Host::text)
}

/// A DNS domain as the deployment keeps it.
pub(super) fn domain(word: &Text) -> Result<String, Problem> {
    hosts::domain(word)
}

/// The deployment; only to be used when no fault was found.
pub(super) fn deployment(
    around: &Surroundings<'_>,
    file: &File,
    faults: &mut Faults,
) -> Deployment {
    let domain = file.domain.as_ref();
    let domain = domain.and_then(|word| faults.keep(hosts::domain(word)));
    let domain = domain.unwrap_or_default();
    let xmpp_domains = domains::listed(file.xmpp_domains.as_deref(), &[&domain], faults);
    let nodes = nodes::nodes(around, file, faults);
    let names = references::names(file);
    domains::check_carriers(file, faults);
    Deployment {
        name: plain(file.name.as_ref()),
        clients: clients(file.clients.as_deref()),
        reject_invalid: is_word(file.invalid_certificate_behavior.as_ref(), "reject"),
        fips: file.fips.unwrap_or(false),
        trust: limits::trust(&file.trust, around.base, faults),
        probe: limits::probe(&file.probe, around.base, faults),
        dns_server: limits::dns_server(&file.dns, faults),
        revocation: limits::revocation(&file.revocation, faults),
        mra: domains::mra(file, &domain, faults),
        federation: domains::federation(file, &xmpp_domains, faults),
        multi_server: sharing::multi_server(file, &names, faults),
        settings: references::settings(around, file, &names, faults),
        sip_trunks: references::sip_trunks(around, file, &names, faults),
        waivers: references::waivers(around, file, &names, faults),
        domain,
        xmpp_domains,
        nodes,
        left_out: Vec::new(),
    }
}

fn clients(listed: Option<&[Text]>) -> Vec<Client> {
    let listed = listed.map(|words| {
        move |client: &Client| words.iter().any(|word| word.get_ref() == client.name())
    });
    let all = Client::ALL.into_iter();
    match listed {
        Some(is_listed) => all.filter(is_listed).collect(),
        None => all.collect(),
    }
}

/// Text that is shown and compared, never resolved.
fn plain(word: Option<&Text>) -> String {
    word.map(|word| word.get_ref().trim().to_owned())
        .unwrap_or_default()
}

fn is_word(word: Option<&Text>, wanted: &str) -> bool {
    word.is_some_and(|word| word.get_ref() == wanted)
}

/// A path, from where relative ones start.
fn path(base: &Path, word: &Text) -> Result<PathBuf, Problem> {
    if word.get_ref().contains(char::is_control) {
        // "pki\root.pem" in double quotes is "pki", a carriage return, "oot.pem".
        return Err(fault(word, "has a control character").help(
            "in double quotes a backslash begins an escape; single quotes take it as it is: 'pki\root.pem'",
        ));
    }
    Ok(base.join(word.get_ref()))
}

/// A fault of one value: "`x` is …".
fn fault(word: &Text, what: &str) -> Problem {
    Problem::at(word.span(), format!("{} {what}", quote(word.get_ref())))
}

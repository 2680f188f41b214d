//! `certaudit discover`: a deployment file from SRV records and the clusters' own server lists.

mod draft;
mod found;
mod survey;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

use super::Failure;
use super::collect::Network;
use super::inputs;
use super::named_files;
use super::outputs::{Draft, to_stdout};
use super::terminal::{remark, stderr_color};
use crate::cli::{Discover, Manner};
use crate::deployment::TrustFiles;
use crate::probe::Limits;
use draft::Known;
use found::Found;

/// As in a scan.
const TIMEOUT: Duration = Duration::from_secs(5);
const CONCURRENCY: usize = 64;
const PER_NODE: usize = 4;
const DNS_PORT: u16 = 53;

/// Runs it.
pub(super) fn run(options: &Discover, manner: &Manner) -> Result<u8, Failure> {
    let known = known(options, manner)?;
    let draft = options
        .output
        .as_deref()
        .map(Draft::create_new)
        .transpose()?;
    let limits = Limits {
        timeout: TIMEOUT,
        concurrency: CONCURRENCY,
        per_node: PER_NODE,
        client_certificate: None,
        dns_server: known.dns_server,
    };
    let network = Network::start()?;
    let survey = network
        .run(survey::survey(&options.domain, &limits, network.stopped()))?
        .ok_or_else(|| Failure::System("interrupted: nothing was written".to_owned()))?;
    let found = Found::of(&survey);
    if found.nodes.is_empty() {
        return Err(Failure::System(nothing(&survey)));
    }
    let text = draft::write(&known, &survey, &found);
    inputs::parse(
        "the discovered file",
        &text,
        Path::new(""),
        &[],
        stderr_color(manner),
    )?;
    let count = found.nodes.len();
    let open = text
        .lines()
        .filter(|line| line.starts_with(draft::MARK))
        .count();
    match draft {
        Some(draft) => draft.finish(|sink| sink.write_all(text.as_bytes()))?,
        None => to_stdout(|sink| sink.write_all(text.as_bytes()))?,
    }
    remark(
        manner,
        &format!(
            "{count} nodes were found; {open} remarks in the file begin with {:?}: go through them",
            draft::MARK
        ),
    );
    Ok(0)
}

/// What the user says, checked before anybody is asked.
fn known(options: &Discover, manner: &Manner) -> Result<Known, Failure> {
    let files = TrustFiles {
        system: false,
        roots: options.roots.clone(),
        ..TrustFiles::default()
    };
    named_files::trust(&files, manner)?;
    let roots = options
        .roots
        .iter()
        .map(|path| as_written(path, options.output.as_deref()))
        .collect::<Result<_, _>>()?;
    Ok(Known {
        domain: options.domain.clone(),
        dns_server: options.dns.as_deref().map(dns_server).transpose()?,
        roots,
    })
}

/// A path as it must stand in a file at `output`, from whose folder it is taken.
fn as_written(path: &Path, output: Option<&Path>) -> Result<String, Failure> {
    let beside = |file: &Path| file.parent().is_none_or(|folder| folder == Path::new(""));
    let written = if output.is_none_or(beside) {
        path.to_owned()
    } else {
        std::path::absolute(path).map_err(|error| unusable(path, &error.to_string()))?
    };
    let text = written.to_str();
    text.map(str::to_owned).ok_or_else(|| {
        unusable(
            path,
            "its name is not UTF-8 and cannot stand in a deployment file",
        )
    })
}

fn unusable(path: &Path, reason: &str) -> Failure {
    Failure::Unreadable {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

/// The address of a DNS server given as IP, IP:PORT, HOST or HOST:PORT.
fn dns_server(text: &str) -> Result<SocketAddr, Failure> {
    if let Ok(socket) = text.parse() {
        return Ok(socket);
    }
    if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, DNS_PORT));
    }
    let found = if text.contains(':') {
        text.to_socket_addrs()
    } else {
        (text, DNS_PORT).to_socket_addrs()
    };
    let first = found.ok().and_then(|mut found| found.next());
    first.ok_or_else(|| {
        Failure::System(format!(
            "--dns {text}: no address of it is known; write an IP address and a port, such as 10.0.0.53:53"
        ))
    })
}

/// Why there is nothing to write.
fn nothing(survey: &survey::Survey) -> String {
    let said: Vec<String> = survey
        .records
        .iter()
        .map(|record| format!("{}: {}", record.owner, record.outcome()))
        .collect();
    format!(
        "no SRV record of {} names a server ({}); ask the DNS server that the clients ask with --dns HOST:PORT, or write the \
         file by hand: `certaudit demo --print-config` shows one",
        survey.domain,
        said.join("; ")
    )
}

//! `certaudit redact`: evidence, and the deployment file, that may be sent to somebody.

mod comparison;

use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use super::inputs::{self, DEPLOYMENT_LIMIT};
use super::named_files::NamedFiles;
use super::outputs::Draft;
use super::terminal::{remark, stderr_color};
use super::unwritten::Unwritten;
use crate::certificate::container;
use crate::cli::{Manner, Redact};
use crate::deployment::{Deployment, TrustFiles};
use crate::evidence::Evidence;
use crate::redact::{Redacted, TrustPaths, TrustText, Trusted, redact};
use crate::rules::RULES;
use crate::trust::DeviceTrust;

/// Runs it. What cannot be written does not keep the rest from being written.
pub(super) fn run(options: &Redact, manner: &Manner) -> Result<u8, Failure> {
    let evidence = inputs::evidence(std::slice::from_ref(&options.evidence))?;
    let draft = Draft::create(&options.output)?;
    let both = options.config.as_ref().zip(options.config_output.as_ref());
    let mut unwritten = Unwritten::default();
    let redacted = if let Some((config, output)) = both {
        with_deployment(&evidence, config, output, &mut unwritten, manner)?
    } else {
        remark(
            manner,
            "only the evidence is redacted: to judge it, redact the deployment file with it (--config and --config-output)",
        );
        redact(&evidence, &Trusted::default()).evidence
    };
    for note in redacted.redacted.iter().flat_map(|mark| &mark.notes) {
        remark(manner, &format!("not kept: {note}"));
    }
    unwritten.note(draft.finish(|sink| redacted.write_to(sink)));
    unwritten.end()?;
    Ok(0)
}

/// Redacts both, judges both, and writes the deployment file and the certificates that it trusts.
fn with_deployment(
    evidence: &Evidence,
    config: &Path,
    output: &Path,
    unwritten: &mut Unwritten,
    manner: &Manner,
) -> Result<Evidence, Failure> {
    let original = inputs::deployment(config, &[], stderr_color(manner))?;
    let named = NamedFiles::read_trust(std::iter::once(&original.trust));
    let named = named.checked(Vec::new(), manner)?;
    let draft = Draft::create(output)?;
    let mut redacted = redact(evidence, &trusted(&named, &original.trust));
    let files = TrustOutputs::beside(output, &redacted.trust);
    let text = inputs::text(config, DEPLOYMENT_LIMIT)?;
    let text = redacted
        .deployment(&text, &files.names())
        .map_err(|reason| inputs::unreadable(config, reason))?;
    let known: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    match Deployment::parse(&text, Path::new(""), &known) {
        Ok(deployment) => {
            let trust = named.trust(&original.trust)?;
            let new_trust = device_trust(&deployment.trust, &redacted.trust, &named)?;
            let differences = comparison::differences(
                (&original, evidence, &trust),
                (&deployment, &redacted.evidence, &new_trust),
            )?;
            add_notes(&mut redacted, differences);
        }
        Err(problems) => {
            let first = problems.first().map_or("", |problem| &problem.message);
            let note = format!("the redacted deployment file cannot be used as it is: {first}");
            add_notes(&mut redacted, vec![note]);
        }
    }
    for (draft, pem) in files.drafts(&redacted.trust) {
        let written = draft.and_then(|draft| draft.finish(|sink| sink.write_all(pem.as_bytes())));
        unwritten.note(written);
    }
    unwritten.note(draft.finish(|sink| -> io::Result<()> { sink.write_all(text.as_bytes()) }));
    Ok(redacted.evidence)
}

fn add_notes(redacted: &mut Redacted, notes: Vec<String>) {
    if let Some(mark) = &mut redacted.evidence.redacted {
        mark.notes.extend(notes);
        mark.notes.sort();
        mark.notes.dedup();
    }
}

fn trusted(named: &NamedFiles, files: &TrustFiles) -> Trusted {
    let ders = |paths: &[PathBuf]| named.each(paths).map(|(_, der)| der.clone()).collect();
    Trusted {
        roots: ders(&files.roots),
        intermediates: ders(&files.intermediates),
        pinned: ders(&files.pinned),
        system: named.system_roots().to_vec(),
    }
}

/// What the devices trust according to the redacted files.
fn device_trust(
    files: &TrustFiles,
    text: &TrustText,
    named: &NamedFiles,
) -> Result<DeviceTrust, Failure> {
    let mut trust = DeviceTrust::default();
    let ders = |pem: &str| container::certificates(pem.as_bytes()).unwrap_or_default();
    let broken = |fault: crate::certificate::Malformed| Failure::System(fault.to_string());
    if files.system {
        for der in named.system_roots() {
            // Those that cannot be decoded were told when the original was read.
            drop(trust.add_root(der));
        }
    }
    for der in ders(&text.roots) {
        trust.add_root(&der).map_err(broken)?;
    }
    for der in ders(&text.intermediates) {
        trust.add_intermediate(&der).map_err(broken)?;
    }
    for der in ders(&text.pinned) {
        trust.add_pinned(&der);
    }
    Ok(trust)
}

/// Files for what the devices trust, beside the redacted deployment file; an empty name for none.
struct TrustOutputs {
    folder: PathBuf,
    names: [(&'static str, String); 3],
}

impl TrustOutputs {
    fn beside(output: &Path, trust: &TrustText) -> Self {
        let stem = output.file_stem().unwrap_or_default().to_string_lossy();
        let name = |kind: &'static str, pem: &str| {
            let name = if pem.is_empty() {
                String::new()
            } else {
                format!("{stem}-{kind}.pem")
            };
            (kind, name)
        };
        Self {
            folder: output.parent().unwrap_or(Path::new("")).to_owned(),
            names: [
                name("roots", &trust.roots),
                name("intermediates", &trust.intermediates),
                name("pinned", &trust.pinned),
            ],
        }
    }

    fn names(&self) -> TrustPaths<'_> {
        let [roots, intermediates, pinned] = &self.names;
        [roots, intermediates, pinned].map(|(kind, name)| (*kind, name.as_str()))
    }

    /// Each with its text; a failure for one that cannot be written.
    fn drafts<'t>(&self, trust: &'t TrustText) -> Vec<(Result<Draft, Failure>, &'t str)> {
        let texts = [&trust.roots, &trust.intermediates, &trust.pinned];
        let pairs = self.names.iter().zip(texts);
        let wanted = pairs.filter(|((_, name), _)| !name.is_empty());
        wanted
            .map(|((_, name), pem)| (Draft::create(&self.folder.join(name)), pem.as_str()))
            .collect()
    }
}

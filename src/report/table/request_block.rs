//! What a signing request asks for.

use super::ink::Ink;
use crate::audit::request::RequestView;
use crate::certificate::{ExtendedKeyUsage, KeyUsage};
use crate::identity::alternative_names;
use crate::text::escape;

/// Names beyond these are counted, not named: a multi-server request may ask for a hundred.
const NAMED: usize = 12;

/// "request for tomcat of Unified CM 14SU2".
pub(in crate::report) fn title(view: &RequestView) -> String {
    let Some(purpose) = &view.purpose else {
        return "signing request".to_owned();
    };
    let release = purpose
        .release
        .as_ref()
        .map(|release| format!(" {}", escape(&release.to_string())))
        .unwrap_or_default();
    format!(
        "request for {} of {}{release}",
        purpose.certificate,
        purpose.product.title()
    )
}

/// Subject, names, key and usages.
pub(super) fn draw(view: &RequestView, ink: &Ink) -> String {
    lines(view)
        .iter()
        .map(|(label, text)| ink.wrap(&format!(" {label:<8} "), &escape(text)))
        .collect()
}

/// Subject, names, key and usages, each with what to call it; not yet fit to show.
pub(in crate::report) fn lines(view: &RequestView) -> [(&'static str, String); 4] {
    let request = &view.request;
    let form = if view.is_pem { "PEM" } else { "DER" };
    let key = format!(
        "{}, signed with {}, {form}",
        request.public_key, request.signature
    );
    [
        ("subject", request.subject.text.clone()),
        ("names", names(view)),
        ("key", key),
        ("usages", usages(view)),
    ]
}

fn names(view: &RequestView) -> String {
    let names = view.request.alternative_name.as_ref();
    let mut names = names.map(alternative_names).unwrap_or_default();
    if names.is_empty() {
        return "none in subjectAltName".to_owned();
    }
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

fn usages(view: &RequestView) -> String {
    let bits = view.request.key_usage.map(KeyUsage::names);
    let purposes = view.request.extended_key_usage.as_ref();
    let purposes = purposes.map(ExtendedKeyUsage::names);
    let all = [bits, purposes].into_iter().flatten().flatten();
    let all: Vec<&str> = all.collect();
    if all.is_empty() {
        "none asked for".to_owned()
    } else {
        all.join(", ")
    }
}

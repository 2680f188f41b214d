//! The text of a ticket, in Markdown: what was seen, where, who is hit, what to do, the certificate, the sources.

use super::{FindingLine1, Scope};
use crate::report::markdown::{clip, code, fix_steps, inline, prose};
use crate::report::phrase;

/// Trackers take texts of about 32,000 (Jira) or 65,000 characters (GitHub); `message` has all of it.
const MESSAGE: usize = 8_000;

/// Writes it.
pub(super) fn write(line: &FindingLine1, scope: &Scope<'_>) -> String {
    let mut out = paragraph(
        "Rule",
        &format!("{}: {}", code(line.rule), inline(line.rule_title)),
    );
    out += &paragraph("Where", &place(line, scope));
    if !line.message.is_empty() {
        let label = match line.status {
            "fail" => "Seen",
            _ => "Why",
        };
        out += &paragraph(label, &inline(&clip(&line.message, MESSAGE)));
    }
    out += &hits(scope);
    out += &way_out(line, scope);
    out += &certificate(line);
    out += &sources(line);
    out + &closing(line)
}

fn paragraph(label: &str, text: &str) -> String {
    format!("**{label}:** {text}\n\n")
}

fn list(label: &str, items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return String::new();
    }
    format!("**{label}:**\n\n- {}\n\n", items.join("\n- "))
}

/// "cucm-sub (Unified CM, cucm-sub.acme.test), tomcat (8443), certificate tomcat".
fn place(line: &FindingLine1, scope: &Scope<'_>) -> String {
    let Some(name) = &line.node else {
        return "the deployment".to_owned();
    };
    let mut text = inline(name);
    if let Some(view) = scope.node {
        let product = view.node.product.title();
        text += &format!(" ({product}, {})", inline(&view.node.address));
    }
    if let (Some(service), Some(port)) = (&line.service, line.port) {
        text += &format!(", {} ({port})", inline(service));
    }
    if let Some(name) = line.certificate_name {
        text += &format!(", certificate {}", inline(name));
    }
    text
}

fn hits(scope: &Scope<'_>) -> String {
    let effects = scope.one.effects.iter();
    let said = effects.map(|effect| {
        let (who, outcome) = (phrase::who(effect.who), phrase::outcome(effect.outcome));
        format!("{who}: {outcome}")
    });
    list("Who is hit", said)
}

fn way_out(line: &FindingLine1, scope: &Scope<'_>) -> String {
    match &line.fix {
        Some(fix) => paragraph("What to do", &prose(&fix.summary)) + &fix_steps(&scope.one.fix),
        None => String::new(),
    }
}

fn certificate(line: &FindingLine1) -> String {
    let facts = [
        ("Subject", &line.certificate_subject),
        ("Issuer", &line.certificate_issuer),
        ("Serial", &line.certificate_serial),
        ("Valid until", &line.certificate_not_after),
        ("SHA-256", &line.certificate),
    ];
    let known = facts
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    list(
        "Certificate",
        known.map(|(name, value)| format!("{name}: {}", inline(value))),
    )
}

fn sources(line: &FindingLine1) -> String {
    let sources = line.citations.iter().map(|citation| {
        let title = inline(citation.title);
        let title = match citation.url {
            Some(url) => format!("[{title}](<{url}>)"),
            None => title,
        };
        format!("{title}, {}", inline(citation.section))
    });
    list("Sources", sources)
}

fn closing(line: &FindingLine1) -> String {
    let mut out = String::new();
    if let Some(waived) = &line.waived {
        let until = waived.expires.as_ref();
        let until = until.map_or_else(String::new, |moment| format!(" (until {moment})"));
        out += &paragraph("Waived", &format!("{}{until}", inline(&waived.reason)));
    }
    let explain = code(&format!("certaudit explain {}", line.rule));
    out + &format!(
        "Finding {} of {}, judged as of {}. {explain} says why it matters.\n",
        code(&line.fingerprint),
        inline(&line.deployment),
        line.generated_at,
    )
}

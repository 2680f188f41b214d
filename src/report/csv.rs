//! A row a finding, for spreadsheets: RFC 4180, and no cell is ever a formula.

use std::io::{self, Write};

use csv::{ErrorKind, QuoteStyle, Terminator, WriterBuilder};

use super::jsonl::{FindingLine1, lines};
use super::{Format, Page, Report};

/// The format.
pub(super) struct Csv;

/// Between the parts of a list in one cell.
const BETWEEN: &str = " | ";

/// What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), with the full-width forms of the same
/// characters. Tab, carriage return and line feed never get here: they are spelled out like all control characters.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// After these a spreadsheet that splits at another separator begins a new cell.
const SEPARATORS: [char; 5] = [',', ';', '|', '"', '\''];

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn purpose(&self) -> &'static str {
        "a finding a row, for spreadsheets"
    }

    fn write(&self, report: &Report<'_>, page: Page, sink: &mut dyn Write) -> io::Result<()> {
        self.write_part(report, page, 0, sink)
    }

    /// Each row names its deployment.
    fn holds_several(&self) -> bool {
        true
    }

    /// The first begins with the names of the columns.
    fn write_part(
        &self,
        report: &Report<'_>,
        _: Page,
        position: usize,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(sink);
        if position == 0 {
            let header = COLUMNS.map(|(name, _)| name);
            writer.write_record(header).map_err(kept)?;
        }
        for line in lines(report) {
            let row = COLUMNS.map(|(_, value)| harmless(&value(&line)));
            writer.write_record(row).map_err(kept)?;
        }
        writer.flush()
    }
}

/// The sink's own error: a closed pipe must stay one.
fn kept(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The columns: name and value.
type Column = (&'static str, fn(&FindingLine1) -> String);

const COLUMNS: [Column; 30] = [
    ("fingerprint", |line| line.fingerprint.clone()),
    ("priority", |line| line.priority.to_string()),
    ("priority_name", |line| line.priority_name.to_owned()),
    ("severity", |line| line.severity.to_owned()),
    ("status", |line| line.status.to_owned()),
    ("owner", |line| line.owner.to_owned()),
    ("rule", |line| line.rule.to_owned()),
    ("title", |line| line.title.clone()),
    ("node", |line| given(line.node.as_deref())),
    ("product", |line| given(line.product)),
    ("address", |line| given(line.address.as_deref())),
    ("service", |line| given(line.service.as_deref())),
    ("port", |line| {
        line.port.map(|port| port.to_string()).unwrap_or_default()
    }),
    ("certificate_name", |line| given(line.certificate_name)),
    ("certificate", |line| given(line.certificate.as_deref())),
    ("certificate_subject", |line| {
        given(line.certificate_subject.as_deref())
    }),
    ("certificate_issuer", |line| {
        given(line.certificate_issuer.as_deref())
    }),
    ("certificate_serial", |line| {
        given(line.certificate_serial.as_deref())
    }),
    ("certificate_not_after", |line| {
        given(line.certificate_not_after.as_deref())
    }),
    ("message", |line| line.message.clone()),
    ("expected", |line| given(line.expected.as_deref())),
    ("found", |line| line.found.join(BETWEEN)),
    ("effects", effects),
    ("fix", |line| {
        line.fix
            .as_ref()
            .map(|fix| fix.summary.clone())
            .unwrap_or_default()
    }),
    ("steps", steps),
    ("restart", |line| {
        line.fix
            .as_ref()
            .map(|fix| fix.restart.join(BETWEEN))
            .unwrap_or_default()
    }),
    ("cautions", |line| {
        line.fix
            .as_ref()
            .map(|fix| fix.cautions.join(BETWEEN))
            .unwrap_or_default()
    }),
    ("waived", |line| {
        line.waived
            .as_ref()
            .map(|waived| waived.reason.clone())
            .unwrap_or_default()
    }),
    ("deployment", |line| line.deployment.clone()),
    ("generated_at", |line| line.generated_at.clone()),
];

fn given(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// "android: blocked | windows: prompt".
fn effects(line: &FindingLine1) -> String {
    let effects = line.effects.iter();
    let said = effects.map(|effect| format!("{}: {}", effect.who, effect.outcome));
    said.collect::<Vec<_>>().join(BETWEEN)
}

/// "1. Download the request | 2. Have it signed".
fn steps(line: &FindingLine1) -> String {
    let steps = line.fix.iter().flat_map(|fix| &fix.steps).enumerate();
    let numbered = steps.map(|(number, step)| format!("{}. {step}", number + 1));
    numbered.collect::<Vec<_>>().join(BETWEEN)
}

/// The same text with an apostrophe before whatever could begin a formula: at the beginning, and after what could begin
/// another cell, blanks in between or not.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at_beginning = true;
    for character in text.chars() {
        if at_beginning && FORMULA.contains(&character) {
            out.push('\'');
        }
        at_beginning =
            SEPARATORS.contains(&character) || (at_beginning && character.is_whitespace());
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{FORMULA, harmless};

    #[test]
    fn nothing_begins_a_formula() {
        for character in FORMULA {
            let name = format!("{character}cmd|' /C calc'!A0");
            assert_eq!(harmless(&name), format!("'{name}"));
            assert_eq!(harmless(&format!("  {name}")), format!("  '{name}"));
            for separator in [",", "; ", "|", "\"", "\",\""] {
                let text = format!("CN=a{separator}{name}");
                assert_eq!(harmless(&text), format!("CN=a{separator}'{name}"));
            }
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "",
            "CN=imp1.acme.test",
            "a-b@c.test",
            "1 + 1",
            "Müller, O=ACME",
        ] {
            assert_eq!(harmless(text), text);
        }
    }
}

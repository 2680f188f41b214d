//! The deployment file with the same replacements as the evidence. Comments go; what says nothing about anybody stays.

use toml::{Table, Value};

use super::Redactor;

/// Files with what the devices trust, in the deployment file that is written: their names under `[trust]`, and their
/// certificates as PEM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustText {
    /// For `trust.roots`.
    pub roots: String,
    /// For `trust.intermediates`.
    pub intermediates: String,
    /// For `trust.pinned`.
    pub pinned: String,
}

/// Files of trust by their key under `[trust]`, each with the path that the new file names.
pub type TrustPaths<'a> = [(&'static str, &'a str); 3];

impl Redactor {
    /// The file written anew. `text` must be one that `Deployment::parse` accepts; `trust` names the files in the place of
    /// those under `[trust]`, an empty path for none.
    pub(super) fn deployment(
        &mut self,
        text: &str,
        trust: &TrustPaths<'_>,
    ) -> Result<String, String> {
        let mut table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| error.to_string())?;
        for (key, value) in &mut table {
            self.entry(&[key], value);
        }
        let files = table
            .entry("trust")
            .or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(files) = files {
            for (key, path) in trust {
                files.remove(*key);
                if !path.is_empty() && *key == "roots" {
                    // The roots of any machine that stood for theirs are among them.
                    files.insert("system".to_owned(), Value::Boolean(false));
                }
                if !path.is_empty() {
                    let list = vec![Value::String((*path).to_owned())];
                    files.insert((*key).to_owned(), Value::Array(list));
                }
            }
        }
        if let Some(Value::Table(probe)) = table.get_mut("probe") {
            // Paths of this machine; nothing is probed with the redacted file.
            probe.remove("client_certificate");
        }
        let written = toml::to_string(&table).map_err(|error| error.to_string())?;
        Ok(format!(
            "# Redacted by `certaudit redact`: names and addresses are not theirs.\n\n{written}"
        ))
    }

    fn entry(&mut self, path: &[&str], value: &mut Value) {
        match value {
            Value::String(text) => *text = self.value_at(path, text),
            Value::Array(list) => list.iter_mut().for_each(|one| self.entry(path, one)),
            Value::Table(table) => {
                for (key, inner) in table.iter_mut() {
                    let deeper = [path, &[key.as_str()]].concat();
                    self.entry(&deeper, inner);
                }
            }
            _ => {}
        }
    }

    fn value_at(&mut self, path: &[&str], text: &str) -> String {
        match path {
            ["name"] => self.names.words("Deployment", text),
            ["release" | "clients" | "invalid_certificate_behavior"]
            | ["revocation" | "probe", ..]
            | ["federation", "through"]
            | ["node", "product" | "release" | "services"]
            | ["node", "services", "service"]
            | ["waiver", "rule" | "service"] => text.to_owned(),
            ["trust", ..] => String::new(),
            ["dns", "server"] | ["node", "services", "connect"] => self.names.socket(text),
            ["waiver", "reason"] => "redacted".to_owned(),
            ["setting", "location"] => self.text(text),
            _ => self.names.name(text),
        }
    }
}

//! What Cisco's products add to the names of their servers.

/// What a label may end with that Cisco's products gave it: a multi-server certificate's CN, an ECDSA certificate's.
const CISCO_ENDINGS: [&str; 2] = ["-ms", "-ec"];

/// A label, and what Cisco's products added to it: all of it, where they did so again and again.
pub(super) fn split_endings(label: &str) -> (&str, &str) {
    let mut end = label.len();
    while let Some(shorter) = CISCO_ENDINGS.iter().find_map(|ending| {
        let start = end.checked_sub(ending.len()).filter(|start| *start > 0)?;
        let found = label.get(start..end)?;
        found.eq_ignore_ascii_case(ending).then_some(start)
    }) {
        end = shorter;
    }
    label.split_at(end)
}

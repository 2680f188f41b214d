//! One certificate of the plan, as the table shows it.

use comfy_table::{Cell, ColumnConstraint};

use super::super::table::ink::{Ink, Paint};
use super::{authority, extended_key_usage, key, key_usage, renewal, title};
use crate::plan::{Line, Standing};
use crate::text::escape;

/// Draws the block; `letter` is that of its installation.
pub(super) fn draw(line: &Line<'_>, letter: Option<&str>, ink: &Ink) -> String {
    let (word, paint) = standing(line);
    let shared = if line.multi_server {
        "  multi-server"
    } else {
        ""
    };
    let mut out = ink.rule() + &ink.title(&format!("{}{shared}", title(line)), word, paint);
    for reason in line.standing.reasons() {
        out += &ink.wrap("  seen      ", &escape(reason));
    }
    out += &ink.wrap("  renew     ", &renewal(line));
    if let Some(letter) = letter {
        out += &order(line, ink);
        out += &ink.wrap("  install   ", &format!("as in {letter} below"));
    }
    for note in &line.notes {
        out += &ink.wrap("  mind      ", &escape(note));
    }
    out + "\n"
}

fn standing(line: &Line<'_>) -> (&'static str, Paint) {
    match &line.standing {
        Standing::NotLookedAt => ("ORDER", Paint::Strong),
        Standing::Wrong(_) => ("ORDER", Paint::Bad),
        Standing::InPlace { .. } => ("IN PLACE", Paint::Good),
        Standing::Unknown(_) => ("UNKNOWN", Paint::Doubtful),
    }
}

fn order(line: &Line<'_>, ink: &Ink) -> String {
    let mut out = ink.wrap("  subject   ", &format!("CN={}", escape(&line.common_name)));
    out += &names(line, ink);
    out += &ink.wrap("  KU        ", &key_usage(line));
    out += &ink.wrap("  EKU       ", &extended_key_usage(line));
    out += &ink.wrap("  key       ", &key(line));
    let [recommended, public, private] = authority(line);
    out += &ink.wrap("  CA        ", &recommended);
    out += &ink.wrap("            ", &public);
    out + &ink.wrap("            ", &private)
}

fn names(line: &Line<'_>, ink: &Ink) -> String {
    if line.names.is_empty() {
        return ink.wrap(
            "  SAN       ",
            "none is needed: phones know this certificate from their trust list",
        );
    }
    let mut table = ink.table();
    for (number, name) in line.names.iter().enumerate() {
        let label = if number == 0 { " SAN      " } else { "" };
        table.add_row(vec![
            Cell::new(label),
            ink.cell(Paint::Strong, escape(&name.name)),
            Cell::new(name.why.words()),
        ]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    Ink::lay_out(&table)
}

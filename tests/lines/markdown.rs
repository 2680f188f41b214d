//! `markdown`: rendered by pulldown-cmark.

use std::fs;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::{Case, cases};

/// Tables as rows of cells, and all text outside of code.
#[derive(Default)]
struct Rendered {
    tables: Vec<Vec<Vec<String>>>,
    plain: Vec<String>,
    all: String,
}

/// Everything but `<details>` of ours is refused.
fn render(text: &str) -> Rendered {
    let mut rendered = Rendered::default();
    let (mut cell, mut in_cell) = (String::new(), false);
    let mut open = 0_i32;
    for event in Parser::new_ext(text, Options::ENABLE_GFM | Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => open += details(&html),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                panic!("{dest_url}")
            }
            Event::Start(Tag::Table(_)) => rendered.tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                rendered.tables.last_mut().unwrap().push(Vec::new());
            }
            Event::Start(Tag::TableCell) => (cell, in_cell) = (String::new(), true),
            Event::End(TagEnd::TableCell) => {
                in_cell = false;
                let table = rendered.tables.last_mut().unwrap();
                table.last_mut().unwrap().push(std::mem::take(&mut cell));
            }
            Event::Text(text) => {
                rendered.all += &text;
                cell += if in_cell { &text } else { "" };
                rendered.plain.push(text.into_string());
            }
            Event::Code(text) => {
                rendered.all += &text;
                cell += if in_cell { &text } else { "" };
            }
            Event::SoftBreak => rendered.all.push('\n'),
            _ => {}
        }
    }
    assert_eq!(open, 0, "every <details> is closed");
    rendered
}

/// 1 where it opens, -1 where it closes.
fn details(html: &str) -> i32 {
    let html = html.trim();
    if html == "</details>" {
        return -1;
    }
    let title = html
        .strip_prefix("<details><summary>")
        .and_then(|rest| rest.strip_suffix("</summary>"));
    let title = title.unwrap_or_else(|| panic!("not ours: {html}"));
    assert!(
        title
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " ()".contains(c))
    );
    1
}

#[test]
fn nodes_and_clients_stand_in_their_cells() {
    for case in cases() {
        let text = case.report("markdown", &[]);
        let rendered = render(&text);
        let report = case.json(&[]);
        let [clients, nodes] = rendered.tables.as_slice() else {
            panic!("{} tables", rendered.tables.len())
        };
        let many = |key: &str| report[key].as_array().unwrap().len();
        assert_eq!(clients.len(), 1 + many("clients") + many("peers"));
        assert_eq!(nodes.len(), 1 + many("nodes"));
        for row in nodes.iter().skip(1) {
            let node = report["nodes"].as_array().unwrap().iter();
            let node = node
                .clone()
                .find(|node| node["name"].as_str() == Some(row[0].as_str()));
            let node = node.unwrap_or_else(|| panic!("{row:?}"));
            assert_eq!(node["address"].as_str(), Some(row[2].as_str()));
            let verdict = node["verdict"].as_str().unwrap().replace('-', " ");
            assert_eq!(row[3], verdict.to_uppercase());
            let examined = node["services"].as_array().unwrap().iter();
            let all = examined.len();
            let examined = examined.filter(|one| one["status"] == "examined").count();
            assert_eq!(row[4], format!("{examined} of {all}"));
            assert_eq!(row.len(), 8);
        }
    }
}

#[test]
fn nothing_that_a_forge_takes_up_stands_outside_of_code() {
    for case in cases() {
        let rendered = render(&case.report("markdown", &["--all"]));
        for text in &rendered.plain {
            let number = text
                .find('#')
                .map(|at| text[at + 1..].starts_with(char::is_numeric));
            assert!(
                !text.contains('@') && !text.contains("://") && number != Some(true),
                "{text}"
            );
        }
    }
}

#[test]
fn every_finding_is_told_with_its_steps() {
    for case in cases() {
        let text = case.report("markdown", &[]);
        if case.is_hostile() {
            assert!(text.len() <= 65_536);
            continue;
        }
        let rendered = render(&text);
        let report = case.json(&[]);
        for finding in report["findings"].as_array().unwrap() {
            let rule = finding["rule"].as_str().unwrap();
            if rule == "probe-optional-closed" {
                continue;
            }
            assert!(rendered.all.contains(rule), "{rule}");
            let grave = finding["status"] == "fail" && finding["severity"] != "info";
            if !grave {
                continue;
            }
            let message = finding["message"].as_str().unwrap();
            assert!(rendered.all.contains(message), "{message}");
            for step in finding["fix"]["steps"].as_array().unwrap() {
                let step = step.as_str().unwrap().replace('`', "");
                let all = rendered.all.replace('`', "");
                assert!(all.contains(&step), "{step}");
            }
        }
        assert!(!text.contains("## Left out"));
    }
}

/// Many nodes of which nothing was seen.
fn fleet(nodes: usize) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let mut deployment =
        "name = \"Fleet\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n".to_owned();
    for number in 0..nodes {
        deployment += &format!(
            "[[node]]\nname = \"node-{number}\"\nproduct = \"cucm\"\naddress = \"node-{number}\"\nconnect = \"127.0.0.1\"\n\
             services = [\"tomcat\"]\n"
        );
    }
    let path = folder.path().to_owned();
    fs::write(path.join("deployment.toml"), deployment).unwrap();
    let rollout = fs::read_to_string("fixtures/scenarios/rollout/evidence.json").unwrap();
    let mut evidence: Value = serde_json::from_str(&rollout).unwrap();
    evidence["deployment"] = "Fleet".into();
    for key in ["observations", "lookups", "dns", "uds", "fetches"] {
        if evidence.get(key).is_some() {
            evidence[key] = Value::Array(Vec::new());
        }
    }
    fs::write(path.join("evidence.json"), evidence.to_string()).unwrap();
    Case {
        folder: path,
        kept: Some(folder),
    }
}

#[test]
fn a_comment_never_gets_too_long_and_says_what_it_leaves_out() {
    let case = fleet(300);
    let text = case.report("markdown", &[]);
    assert!(text.len() <= 65_536, "{}", text.len());
    assert!(text.len() > 40_000, "{}", text.len());
    let rendered = render(&text);
    let told = rendered.tables[1].len() - 1;
    let (_, closing) = text.split_once("## Left out").unwrap();
    assert!(
        closing.contains(&format!("{} of the nodes", 300 - told)),
        "{closing}"
    );
    let findings = text.lines().filter(|line| line.starts_with("### ")).count();
    let report = case.json(&[]);
    let grave = report["findings"].as_array().unwrap().iter();
    let grave = grave.filter(|one| one["status"] == "fail" && one["severity"] != "info");
    assert!(findings > 10 && findings < grave.count());
    assert!(
        closing.contains("of the findings") && closing.contains("-f json"),
        "{closing}"
    );
}

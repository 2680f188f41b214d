//! The calendar file, read back as RFC 5545 says.

use std::collections::BTreeMap;

use super::{folder, json, written};

/// An event: its properties, parameters kept in the name.
type Event = BTreeMap<String, String>;

/// Unfolds the lines and gathers the events.
fn events(text: &str) -> Vec<Event> {
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(
        !text.replace("\r\n", "").contains(['\r', '\n']),
        "CRLF only"
    );
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "75 octets");
    let unfolded = text.replace("\r\n ", "");
    let mut events = Vec::new();
    let mut open: Option<Event> = None;
    for line in unfolded.lines() {
        let (name, value) = line.split_once(':').unwrap();
        match (name, value, &mut open) {
            ("BEGIN", "VEVENT", None) => open = Some(Event::new()),
            ("END", "VEVENT", Some(_)) => events.extend(open.take()),
            (_, _, Some(event)) => {
                let before = event.insert(name.to_owned(), value.to_owned());
                assert_eq!(before, None, "{name} stands once");
            }
            _ => {}
        }
    }
    assert!(open.is_none());
    events
}

fn of(arguments: &[&str]) -> Vec<Event> {
    events(&written(
        folder().path(),
        "80",
        &[arguments, &["-f", "ics"]].concat(),
    ))
}

#[test]
fn every_change_window_is_an_event_on_its_day() {
    let found = of(&["cluster.toml"]);
    let plan = json(folder().path(), &["cluster.toml"]);
    let windows = plan["calendar"]["windows"].as_array().unwrap();
    let renewals: Vec<&Event> = found
        .iter()
        .filter(|event| event["SUMMARY"].starts_with("Renew"))
        .collect();
    assert_eq!(renewals.len(), windows.len());
    for (event, window) in renewals.iter().zip(windows) {
        let day = window["day"].as_str().unwrap().replace('-', "");
        assert_eq!(event["DTSTART;VALUE=DATE"], day);
        assert!(event["DTEND;VALUE=DATE"] > day);
        assert_eq!(event["DTSTAMP"], "20261121T190000Z", "the judged moment");
    }
    let limits: Vec<&str> = found
        .iter()
        .filter(|event| event["SUMMARY"].starts_with("Public CAs"))
        .map(|event| &*event["DTSTART;VALUE=DATE"])
        .collect();
    assert_eq!(limits, ["20270315", "20290315"]);
    let text = &renewals[0]["DESCRIPTION"];
    assert!(
        text.contains("\\n") && text.contains("\\, then") || text.contains("restart on"),
        "{text}"
    );
}

#[test]
fn identities_stay_while_days_move() {
    let uids = |arguments: &[&str]| -> Vec<String> {
        of(arguments)
            .iter()
            .map(|event| event["UID"].clone())
            .collect()
    };
    let first = uids(&["cluster.toml"]);
    let mut different = first.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), first.len(), "each its own");
    assert!(first.iter().all(|uid| uid.ends_with("@certaudit")));
    let days = |at: &str| -> Vec<Event> {
        let folder = folder();
        let output = super::plan(folder.path(), "80", &["--at", at, "-f", "ics"]);
        events(&String::from_utf8(output.stdout).unwrap())
    };
    let (today, tomorrow) = (days("2026-11-21T19:00:00Z"), days("2026-11-22T19:00:00Z"));
    assert_eq!(today[0]["UID"], tomorrow[0]["UID"]);
    assert_ne!(
        today[0]["DTSTART;VALUE=DATE"],
        tomorrow[0]["DTSTART;VALUE=DATE"]
    );
}

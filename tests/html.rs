//! The page of `-f html` in a real browser: Debian's Chromium, without a screen.
//!
//! Not installed: the tests say that they were skipped, or fail where `CERTAUDIT_INTEROP=required`. With
//! `CERTAUDIT_SCREENSHOTS=DIRECTORY` one of them leaves pictures there to look at.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

#[path = "html/browser.rs"]
mod browser;
#[path = "html/pictures.rs"]
mod pictures;
#[path = "html/print.rs"]
mod print;
#[path = "html/site.rs"]
mod site;
mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use browser::Browser;
use serde_json::{Value, json};
use site::Site;

const ROLLOUT: &str = "fixtures/scenarios/rollout";
const COUNT: &str = "document.getElementById('count').textContent";
/// Findings that can be seen, each place as often as it counts.
const SEEN: &str = "[...document.querySelectorAll('.place')].filter(e => e.checkVisibility())\
                    .reduce((sum, e) => sum + Number(e.dataset.count), 0)";

/// Rows of the map whose name is there and ends before what stands to its right.
const LEGIBLE: &str = "(() => {
  const right = (e) => e.getBoundingClientRect().right, left = (e) => e.getBoundingClientRect().left;
  const middle = (e) => (b => (b.top + b.bottom) / 2)(e.getBoundingClientRect());
  const marks = [...document.querySelectorAll('svg.map .mark, svg.map .node .faint')];
  return [...document.querySelectorAll('svg.map .node')].filter(row => {
    const name = row.querySelector('text:not(.faint)');
    const own = marks.filter(mark => Math.abs(middle(mark) - middle(name)) < 8 && left(mark) > left(name));
    return name.textContent.length > 3 && name.getBoundingClientRect().width > 20
      && own.length > 0 && own.every(mark => right(name) <= left(mark) || left(mark) > right(name) + 200);
  }).length;
})()";

fn rollout() -> (tempfile::TempDir, PathBuf) {
    let target = tempfile::tempdir().unwrap();
    let page = site::page(Path::new(ROLLOUT), target.path());
    (target, page)
}

/// Nothing was fetched but the file, and the browser had nothing to complain about.
fn assert_quiet(browser: &Browser, page: &Path) {
    assert!(
        browser.complaints().is_empty(),
        "{:#?}",
        browser.complaints()
    );
    let own = format!("file://{}", page.display());
    let requests = browser.requests();
    assert!(!requests.is_empty());
    let others: Vec<&&str> = requests
        .iter()
        .filter(|url| url.split('#').next() != Some(&own))
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn it_renders_and_fetches_nothing() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let (_target, page) = rollout();
    browser.open(&page);
    assert_eq!(
        browser.value("document.querySelector('.verdict').innerText"),
        "NOT READY"
    );
    for drawing in ["svg.map", ".verdict svg", ".expiries .life", ".axis"] {
        let size = browser.value(&format!(
            "(b => b.width > 10 && b.height > 10)(document.querySelector('{drawing}').getBoundingClientRect())"
        ));
        assert_eq!(size, true, "{drawing}");
    }
    // What is off the screen is laid out, too: pictures of the whole page have it.
    let blank = "[...document.querySelectorAll('.card')].filter(e => getComputedStyle(e).contentVisibility !== 'visible').length";
    assert_eq!(browser.value(blank), 0);
    assert_eq!(browser.value(LEGIBLE), 7);
    // The drawing has a node for each of the deployment, and lines that have a length.
    assert_eq!(
        browser.value("document.querySelectorAll('svg.map .node').length"),
        7
    );
    assert_eq!(
        browser.value(
            "[...document.querySelectorAll('svg.map .edge')].every(e => e.getTotalLength() > 20)"
        ),
        true
    );
    let dangling = "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))\
                    .filter(id => !document.getElementById(id))";
    assert_eq!(browser.value(dangling), json!([]));
    assert_quiet(&browser, &page);
}

#[test]
fn filters_narrow_the_list_and_count_what_is_left() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let (_target, page) = rollout();
    browser.open(&page);
    let total = browser.value(SEEN);
    assert_eq!(
        browser.value("document.querySelectorAll('#filters:not([hidden])').length"),
        1
    );
    for (field, attribute) in [
        ("node", "e.dataset.node"),
        ("rule", "e.closest('.card').dataset.rule"),
        ("owner", "e.closest('.card').dataset.owner"),
        ("kind", "e.closest('.card').dataset.kind"),
    ] {
        let value = browser.value(&format!(
            "document.querySelector('[name={field}]').options[1].value"
        ));
        let expected = browser.value(&format!(
            "[...document.querySelectorAll('.place')].filter(e => {attribute} === {value}).reduce((sum, e) => sum + Number(e.dataset.count), 0)"
        ));
        set(&mut browser, field, &value);
        browser.becomes(
            &format!("{COUNT}.startsWith('{expected} of {total} shown')"),
            &json!(true),
        );
        assert_eq!(browser.value(SEEN), expected, "{field}");
        assert!(
            expected.as_u64() < total.as_u64() && expected.as_u64() > Some(0),
            "{field}: {expected}"
        );
        let word = browser.value("location.hash");
        assert!(
            word.as_str()
                .unwrap()
                .starts_with(&format!("#filter?{field}=")),
            "{word}"
        );
        browser.value("document.querySelector('#filters button').click()");
        browser.becomes(SEEN, &total);
    }
    assert_quiet(&browser, &page);
}

fn set(browser: &mut Browser, field: &str, value: &Value) {
    browser.value(&format!(
        "(e => {{ e.value = {value}; e.dispatchEvent(new Event('input', {{bubbles: true}})); }})(document.querySelector('[name={field}]'))"
    ));
}

#[test]
fn the_search_is_reached_by_keyboard_and_kept_in_the_address() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let (_target, page) = rollout();
    browser.open(&page);
    let total = browser.value(SEEN);
    press(&mut browser, "/");
    assert_eq!(browser.value("document.activeElement.name"), "text");
    browser.call("Input.insertText", &json!({"text": "voicemail CUC1"}));
    browser.becomes("location.hash", &json!("#filter?text=voicemail%20CUC1"));
    let found = browser.value(SEEN);
    assert!(
        found.as_u64() > Some(0) && found.as_u64() < total.as_u64(),
        "{found} of {total}"
    );
    browser.open_at(&page, "#filter?text=voicemail%20CUC1");
    assert_eq!(browser.value(SEEN), found);
    press(&mut browser, "Escape");
    assert_eq!(
        browser.value(SEEN),
        found,
        "Escape outside of the form changes nothing"
    );
    set(&mut browser, "text", &json!("no such words"));
    browser.becomes(SEEN, &json!(0));
    // A cause in the matrix leads to its finding, though a filter hid it.
    browser.value("document.querySelector('.causes a').click()");
    browser.becomes(SEEN, &total);
    assert_eq!(
        browser.value("document.querySelectorAll('.card:target').length"),
        1
    );
    assert_quiet(&browser, &page);
}

fn press(browser: &mut Browser, key: &str) {
    for kind in ["keyDown", "keyUp"] {
        browser.call("Input.dispatchKeyEvent", &json!({"type": kind, "key": key}));
    }
}

#[test]
fn without_script_everything_is_there() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let (_target, page) = rollout();
    browser.open(&page);
    let total = browser.value(SEEN);
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        &json!({"value": true}),
    );
    browser.open(&page);
    assert_eq!(browser.value(SEEN), total);
    assert_eq!(
        browser.value("document.getElementById('filters').checkVisibility()"),
        false
    );
    let hidden = "[...document.querySelectorAll('main > section, .card, .node, .certificate')].filter(e => !e.checkVisibility()).length";
    assert_eq!(browser.value(hidden), 0);
    assert_quiet(&browser, &page);
}

#[test]
fn hostile_names_stay_text() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let site = Site::hostile();
    let page = site.page();
    browser.open(&page);
    let title = browser.value("document.title");
    assert!(
        title.as_str().unwrap().starts_with("ACME <b>&amp;</b>: "),
        "{title}"
    );
    assert_eq!(browser.value("document.querySelectorAll('img, iframe, object, script[src], [onload], [onerror]').length"), 0);
    assert_eq!(browser.value("document.scripts.length"), 1);
    let protocols = "[...new Set([...document.links].map(a => a.protocol))].sort()";
    assert_eq!(browser.value(protocols), json!(["file:", "https:"]));
    let shown = "document.querySelector('.certificate h3').textContent";
    let name = browser.value(&format!("[...document.querySelectorAll('.certificate h3')].map(e => e.textContent).find(t => t.includes('onerror')) ?? {shown}"));
    assert_eq!(
        name,
        site::HOSTILE
            .replace('\u{202e}', "\\u{202e}")
            .replace('\u{7}', "\\u{7}")
    );
    assert_quiet(&browser, &page);
}

#[test]
fn dark_it_is_another() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let (_target, page) = rollout();
    browser.open(&page);
    let mut grounds = Vec::new();
    for scheme in ["light", "dark"] {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        browser.call("Emulation.setEmulatedMedia", &json!({"features": features}));
        assert_eq!(poor_contrasts(&mut browser), json!([]), "{scheme}");
        grounds.push(browser.value("getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(grounds[0], grounds[1]);
    assert_quiet(&browser, &page);
}

/// Lines of the timeline that run on from one row to the next.
const GAPS: &str = "(() => {
  const lines = [...document.querySelectorAll('.expiries .today')].map(e => e.getBoundingClientRect());
  return lines.slice(1).filter((b, at) => b.top - lines[at].bottom > 1.5 || Math.abs(b.left - lines[at].left) > .5).length;
})()";

#[test]
fn the_line_of_today_runs_through_all_rows() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let (_target, page) = rollout();
    browser.open(&page);
    let rows = browser.value("document.querySelectorAll('.expiries tbody tr').length");
    assert_eq!(
        browser.value("document.querySelectorAll('.expiries .today').length"),
        rows
    );
    assert!(rows.as_u64() > Some(5));
    assert_eq!(browser.value(GAPS), 0);
    assert_quiet(&browser, &page);
}

/// Texts that do not reach the 4.5 to 1 of WCAG 2.2, 1.4.3, against the ground behind them.
fn poor_contrasts(browser: &mut Browser) -> Value {
    browser.value(include_str!("html/contrast.js"))
}

#[test]
fn on_a_phone_nothing_sticks_out() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let (_target, page) = rollout();
    let phone = json!({"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", &phone);
    browser.open(&page);
    assert_eq!(browser.value("document.documentElement.scrollWidth"), 360);
    assert_quiet(&browser, &page);
}

#[test]
fn a_large_deployment_stays_readable_and_quick() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let site = Site::large(400);
    let page = site.page();
    browser.open(&page);
    assert_eq!(
        browser.value("document.querySelectorAll('article.node').length"),
        400
    );
    let rows = browser.value("document.querySelectorAll('svg.map .node').length");
    assert!(rows.as_u64() <= Some(80), "{rows}");
    assert!(browser.value(SEEN).as_u64() > Some(1000));
    assert_eq!(
        browser.value("document.querySelectorAll('svg.map .node').length"),
        browser.value(LEGIBLE),
        "every row has its name, and room for it"
    );
    let begun = Instant::now();
    set(&mut browser, "node", &json!("node0005.acme.test"));
    browser.becomes(
        &format!("{COUNT}.includes('filtered by node')"),
        &json!(true),
    );
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    assert_quiet(&browser, &page);
}

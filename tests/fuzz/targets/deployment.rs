//! A deployment file: whatever is wrong with it is drawn, without a character that could mislead.
#![no_main]

use std::path::Path;

use certaudit::deployment::{Deployment, draw};
use certaudit::rules::RULES;
use certaudit::text::is_unfit;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    if let Err(problems) = Deployment::parse(text, Path::new("/base"), &rules) {
        assert!(!problems.is_empty());
        let drawn = draw("cluster.toml", text, &problems, false);
        assert!(!drawn.contains(|one| one != '\n' && is_unfit(one)), "{drawn:?}");
    }
});

//! Holds `docs/providers.md` against the code: what the page names exists, and what exists is named.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in the functions that it shares too")]

use providers::{Description, registry};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join("../../../docs/providers.md")).unwrap()
}

/// The rows of the table below a heading, cell by cell.
fn table(heading: &str) -> Vec<Vec<String>> {
    let page = page();
    let (_, below) = page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let rows = below.split("\n## ").next().unwrap().lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// `path::name` as file text and name.
fn named(cell: &str) -> (String, String, String) {
    let quoted = quoted(cell);
    let [place] = quoted.as_slice() else { panic!("one place expected: {cell}") };
    let (path, name) = place.split_once("::").unwrap();
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    (path.to_owned(), text, name.to_owned())
}

/// The test of that name, which is marked as one.
fn assert_is_test(cell: &str) -> String {
    let (path, text, name) = named(cell);
    let at = text.find(&format!("fn {name}(")).unwrap_or_else(|| panic!("{path} has no {name}"));
    let marks = text[..at].trim_end().trim_end_matches("async").trim_end();
    assert!(marks.ends_with("#[test]") || marks.ends_with("#[tokio::test]"), "{name} in {path} is no test");
    name
}

fn assert_is_place(cell: &str) {
    let (path, text, name) = named(cell);
    let defined = ["fn ", "const ", "static ", "struct ", "enum ", "pub ", "pub(super) const ", "pub(crate) const "];
    let found = defined.iter().any(|word| {
        text.match_indices(&format!("{word}{name}"))
            .any(|(at, hit)| !text[at + hit.len()..].starts_with(|char: char| char.is_alphanumeric() || char == '_'))
    });
    assert!(found, "{path} does not define {name}");
}

fn providers() -> impl Iterator<Item = &'static Description> {
    registry::all().iter()
}

#[test]
fn every_endpoint_is_on_the_page_with_its_offer_its_fixtures_and_its_test() {
    for provider in providers() {
        let rows = table(&format!("{}: endpoints", provider.name));
        let written: Vec<_> = rows.iter().map(|row| (quoted(&row[0])[0].clone(), row[1].clone())).collect();
        let called: Vec<_> = provider
            .routes
            .iter()
            .map(|route| (format!("{} {}", route.verb.name(), route.path), route.offer.name().into_owned()))
            .collect();
        assert_eq!(written, called, "{}", provider.name);
        for row in &rows {
            let test = assert_is_test(&row[3]);
            let path = quoted(&row[0])[0].split_once(' ').unwrap().1.replace("{id}", "");
            let (_, text, _) = named(&row[3]);
            let segment = path.trim_end_matches('/').rsplit('/').next().unwrap();
            assert!(text.contains(segment), "{test} stands in a file that never asks for {segment}");
        }
    }
}

#[test]
fn every_fixture_is_on_the_page_and_read_by_a_test() {
    let page = page();
    let mut sources = String::new();
    for folder in ["src", "src/loveandpay", "src/cryptopocket", "tests"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    for provider in ["loveandpay", "cryptopocket"] {
        let folder = root().join("tests/data/fixtures").join(provider);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{provider}/{}", path.file_stem().unwrap().to_str().unwrap());
            assert!(page.contains(&format!("`{name}`")), "{name} is not on the page");
            assert!(sources.contains(&format!("{name}.json")), "no test reads {name}");
        }
    }
    let named: BTreeSet<_> =
        quoted(&page).into_iter().filter(|word| word.contains('/') && !word.contains("::")).collect();
    for name in named.iter().filter(|name| name.starts_with("loveandpay/") || name.starts_with("cryptopocket/")) {
        assert!(root().join(format!("tests/data/fixtures/{name}.json")).exists(), "{name} is no fixture");
    }
}

#[test]
fn what_is_not_called_is_on_the_page() {
    for provider in providers() {
        let written = table(&format!("{}: not called", provider.name));
        let known: Vec<_> =
            provider.not_called.iter().map(|(what, why)| vec![(*what).to_owned(), (*why).to_owned()]).collect();
        assert_eq!(written, known, "{}", provider.name);
    }
}

#[test]
fn every_open_point_has_one_place_and_a_test_of_its_name() {
    for (provider, letter, most) in [("Love&Pay", 'L', 18), ("Cryptopocket", 'C', 21)] {
        let rows = table(&format!("{provider}: what is not documented"));
        let ids: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
        assert_eq!(ids, (1..=most).map(|number| format!("{letter}{number}")).collect::<Vec<_>>());
        for row in rows {
            assert_is_place(&row[2]);
            let (path, text, _) = named(&row[2]);
            let says = text.split(|char: char| !char.is_alphanumeric()).any(|word| word == row[0]);
            assert!(says, "{path} does not say {}", row[0]);
            let (test, id) = (assert_is_test(&row[3]), row[0].to_lowercase());
            assert!(test.split('_').any(|word| word == id), "{test} is not named after {id}");
        }
    }
}

#[test]
fn every_inconsistency_has_one_place_and_a_test_of_its_name() {
    for provider in ["Love&Pay", "Cryptopocket"] {
        let rows = table(&format!("{provider}: inconsistencies"));
        let numbers: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
        assert_eq!(numbers, (1..=13).map(|number| number.to_string()).collect::<Vec<_>>());
        for row in rows {
            assert_is_place(&row[2]);
            let test = assert_is_test(&row[3]);
            assert!(test.contains("inconsistency_") && test.split('_').any(|word| word == row[0]), "{test}");
        }
    }
}

#[test]
fn errors_of_both_forms_have_their_tests() {
    let rows = table("Errors in either form");
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert_is_test(&row[2]);
    }
}

//! Holds that everything that Vouch is built from may be given to anybody: permissive licences, and the few named
//! exceptions with their reason.
#![expect(clippy::expect_used, reason = "a test says what it expects by failing")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Licences that ask for no more than their own text to be passed on.
const PERMISSIVE: [&str; 18] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "OpenSSL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Packages under another licence, each with why that is all right. An exception that nothing needs any more is a failure.
const EXCEPTIONS: &[(&str, &str)] = &[
    // Part of what Tauri consists of. The licence asks to publish changes to these files; there are none.
    ("cssparser", "MPL-2.0"),
    ("cssparser-macros", "MPL-2.0"),
    ("dtoa-short", "MPL-2.0"),
    ("option-ext", "MPL-2.0"),
    ("selectors", "MPL-2.0"),
    // The vocabulary of WebDriver, for tests; not in the product.
    ("webdriver", "MPL-2.0"),
    // The typeface, bundled as it is.
    ("@fontsource-variable/inter", "OFL-1.1"),
];

/// Packages that npm installs to build and test the interface and that never become part of it: they may be used under any
/// licence that lets them be used. Listed with a trailing `*` where one tool comes in a package for each system.
const TOOLS: &[(&str, &str)] = &[("axe-core", "MPL-2.0"), ("lightningcss*", "MPL-2.0")];

/// Packages whose manifest states no licence, with the one in the licence file that they come with, or, for the last, in
/// that of the package whose machine code it is.
const STATED_ELSEWHERE: &[(&str, &str)] =
    &[("svelte-toolbelt", "MIT"), ("@inlang/plugin-message-format", "MIT"), ("@lix-js/sdk-*", "MIT")];

/// Whether a licence expression can be satisfied with permissive licences alone.
fn is_permissive(expression: &str) -> bool {
    let mut words = words(expression).into_iter().peekable();
    let permissive = any_of(&mut words);
    permissive && words.peek().is_none()
}

type Words = std::iter::Peekable<std::vec::IntoIter<String>>;

/// The words of an SPDX expression. Some crates still write `MIT/Apache-2.0`.
fn words(expression: &str) -> Vec<String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    spaced.split_whitespace().map(str::to_owned).collect()
}

fn any_of(words: &mut Words) -> bool {
    let mut permissive = all_of(words);
    while words.next_if(|word| word == "OR").is_some() {
        permissive |= all_of(words);
    }
    permissive
}

fn all_of(words: &mut Words) -> bool {
    let mut permissive = one(words);
    while words.next_if(|word| word == "AND").is_some() {
        permissive &= one(words);
    }
    permissive
}

fn one(words: &mut Words) -> bool {
    if words.next_if(|word| word == "(").is_some() {
        let permissive = any_of(words);
        return words.next_if(|word| word == ")").is_some() && permissive;
    }
    let Some(mut licence) = words.next() else { return false };
    if words.next_if(|word| word == "WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    PERMISSIVE.contains(&licence.as_str())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Name and licence of every crate that is compiled on any system, besides our own.
fn crates() -> Vec<(String, String)> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("Cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let others = packages.iter().filter(|package| !package["source"].is_null());
    others
        .map(|package| {
            let licence = package["license"].as_str().unwrap_or("none stated");
            (package["name"].as_str().expect("a name").to_owned(), licence.to_owned())
        })
        .collect()
}

/// Name and licence of every package in the interface's lock file, and whether it is only a tool.
fn npm_packages() -> Vec<(String, String, bool)> {
    let lock = std::fs::read_to_string(root().join("ui/package-lock.json")).expect("the lock file");
    let lock: Value = serde_json::from_str(&lock).expect("JSON");
    let packages = lock["packages"].as_object().expect("a table of packages");
    let others = packages.iter().filter(|(path, _)| !path.is_empty());
    others
        .map(|(path, package)| {
            let name = path.rsplit_once("node_modules/").map_or(path.as_str(), |(_, name)| name);
            let elsewhere =
                || STATED_ELSEWHERE.iter().find(|(package, _)| is_called(name, package)).map(|(_, licence)| *licence);
            let licence = package["license"].as_str().or_else(elsewhere).unwrap_or("none stated");
            (name.to_owned(), licence.to_owned(), package["dev"] == true)
        })
        .collect()
}

fn is_tool(name: &str, licence: &str) -> bool {
    TOOLS.iter().any(|(tool, of_tool)| is_called(name, tool) && licence == *of_tool)
}

/// Whether a name is the pattern, or begins as the pattern does before its `*`.
fn is_called(name: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |start| name.starts_with(start))
}

#[test]
fn everything_that_vouch_is_built_from_may_be_passed_on() {
    let crates = crates();
    let npm = npm_packages();
    assert!(crates.len() > 200 && npm.len() > 50, "the packages were read: {} and {}", crates.len(), npm.len());

    let mut needed = BTreeSet::new();
    let mut refused = Vec::new();
    let all = crates.into_iter().map(|(name, licence)| (name, licence, false)).chain(npm);
    for (name, licence, tool) in all {
        if is_permissive(&licence) || (tool && is_tool(&name, &licence)) {
            continue;
        }
        match EXCEPTIONS.iter().find(|exception| **exception == (name.as_str(), licence.as_str())) {
            Some(exception) => {
                needed.insert(*exception);
            }
            None => refused.push(format!("{name}: {licence}")),
        }
    }
    assert!(refused.is_empty(), "neither permissive nor an exception: {refused:#?}");
    let idle: Vec<_> = EXCEPTIONS.iter().filter(|exception| !needed.contains(*exception)).collect();
    assert!(idle.is_empty(), "exceptions that nothing needs any more: {idle:?}");
}

#[test]
fn licence_expressions_are_understood() {
    for permissive in [
        "MIT",
        "MIT/Apache-2.0",
        "MIT OR GPL-3.0",
        "(MIT OR GPL-3.0) AND ISC",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        "MIT AND (Apache-2.0 OR (BSD-3-Clause AND Zlib))",
    ] {
        assert!(is_permissive(permissive), "{permissive} can be satisfied");
    }
    for other in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC", "", "MIT WITH surprise", "MIT ISC", "none stated"] {
        assert!(!is_permissive(other), "{other} cannot be satisfied");
    }
}

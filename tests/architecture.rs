//! Holds what the README says of the layout: which way imports run, that the three lists of commands are one, and what
//! no file may contain.
#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expects by failing")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each of our crates with those of ours that it may use. The shell, `vouch`, may use all that the product consists of.
const MAY_USE: [(&str, &[&str]); 13] = [
    ("kyc", &[]),
    ("disk", &[]),
    ("providers", &["kyc"]),
    ("credentials", &["kyc", "disk"]),
    ("directory", &["kyc", "disk"]),
    ("search", &["kyc"]),
    ("sync", &["kyc", "providers", "directory"]),
    ("desk", &["kyc", "disk", "providers", "credentials", "directory", "search", "sync"]),
    ("sandbox", &[]),
    ("stage", &[]),
    ("empty-window", &[]),
    ("xtask", &[]),
    ("vouch", &["kyc", "disk", "providers", "credentials", "directory", "search", "sync", "desk", "sandbox"]),
];

/// What tests may use besides: servers and windows to try things on.
const TESTS_MAY_USE: [&str; 2] = ["sandbox", "stage"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn output_of(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().expect("the program is on the path");
    assert!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let text = output_of(Command::new(cargo).args(["metadata", "--locked", "--format-version", "1"]));
    serde_json::from_str(&text).expect("Cargo describes the workspace in JSON")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {value}"))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("{name} is a list"))
}

/// The packages of the workspace by name.
fn members(metadata: &Value) -> BTreeMap<&str, &Value> {
    let ids: BTreeSet<&str> = list(metadata, "workspace_members").iter().filter_map(Value::as_str).collect();
    let packages = list(metadata, "packages").iter().filter(|package| ids.contains(text(package, "id")));
    packages.map(|package| (text(package, "name"), package)).collect()
}

#[test]
fn imports_run_one_way() {
    let metadata = metadata();
    let members = members(&metadata);
    let known: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let known_names: Vec<&&str> = known.keys().collect();
    assert_eq!(members.keys().collect::<Vec<_>>(), known_names, "every crate has its line in MAY_USE");

    for (name, package) in &members {
        for dependency in list(package, "dependencies") {
            let used = text(dependency, "name");
            if !members.contains_key(used) {
                continue;
            }
            let allowed = known[name].contains(&used)
                || (dependency["kind"] == "dev" && (TESTS_MAY_USE.contains(&used) || known[name].contains(&used)));
            assert!(allowed, "{name} must not use {used}");
        }
    }
}

#[test]
fn only_the_shell_knows_tauri() {
    let metadata = metadata();
    let names: BTreeMap<&str, &str> =
        list(&metadata, "packages").iter().map(|package| (text(package, "id"), text(package, "name"))).collect();
    let uses: BTreeMap<&str, Vec<&str>> = list(&metadata["resolve"], "nodes")
        .iter()
        .map(|node| {
            let of_the_program = list(node, "deps")
                .iter()
                .filter(|dependency| list(dependency, "dep_kinds").iter().any(|kind| kind["kind"] != "dev"));
            (text(node, "id"), of_the_program.map(|dependency| text(dependency, "pkg")).collect())
        })
        .collect();

    let mut reaching_tauri = Vec::new();
    for (name, package) in members(&metadata) {
        let (mut seen, mut next) = (BTreeSet::new(), vec![text(package, "id")]);
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                next.extend(uses[id].iter());
            }
        }
        if seen.iter().any(|id| names[id] == "tauri" || names[id].starts_with("tauri-")) {
            reaching_tauri.push(name);
        }
    }
    // The second is a window with nothing in it, which the app is measured against.
    assert_eq!(reaching_tauri, ["empty-window", "vouch"], "only the shell may know that Tauri exists");
}

#[test]
fn every_crate_keeps_the_workspaces_lints() {
    let workspace = read("Cargo.toml");
    // `cargo xtask test` turns warnings into errors. What stays off is stated beside it, with its reason.
    for lint in ["unsafe_code = \"deny\"", "expect_used = \"warn\"", "unwrap_used = \"warn\"", "panic = \"warn\""] {
        assert!(workspace.lines().any(|line| line.starts_with(lint)), "{lint} holds in the whole workspace");
    }
    let metadata = metadata();
    for (name, package) in members(&metadata) {
        let manifest = text(package, "manifest_path");
        let manifest = std::fs::read_to_string(manifest).unwrap_or_else(|error| panic!("{manifest}: {error}"));
        let (_, lints) = manifest.split_once("\n[lints]\n").unwrap_or_else(|| panic!("{name} has lints"));
        assert!(lints.starts_with("workspace = true\n"), "{name} has the workspace's lints");
    }
}

#[test]
fn the_three_lists_of_commands_are_one() {
    let bindings = read("src-tauri/src/bindings.rs");
    let (_, collected) = bindings.split_once("collect_commands![").expect("the typed commands");
    let (collected, _) = collected.split_once(']').expect("the list ends");
    let typed: Vec<&str> = collected
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .collect();

    let names = read("src-tauri/src/command_names.rs");
    let (_, listed) = names.split_once("&[\n").expect("the list of names");
    let (listed, _) = listed.split_once("];").expect("the list ends");
    let permitted: Vec<&str> =
        listed.split(',').map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty()).collect();

    let capability: Value = serde_json::from_str(&read("src-tauri/capabilities/main.json")).expect("JSON");
    let granted: Vec<String> = list(&capability, "permissions")
        .iter()
        .filter_map(Value::as_str)
        .filter_map(|permission| permission.strip_prefix("allow-"))
        .map(|command| command.replace('-', "_"))
        .collect();

    assert!(typed.len() > 10, "the list was read: {typed:?}");
    assert_eq!(typed, permitted, "collect_commands! in bindings.rs and command_names.rs");
    assert_eq!(typed, granted, "collect_commands! in bindings.rs and capabilities/main.json");
}

/// Our files, as git knows them: what is tracked, and what is new and not ignored.
fn our_files() -> Vec<PathBuf> {
    let listed = output_of(Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]));
    let files: Vec<PathBuf> = listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect();
    assert!(files.len() > 100, "git lists the project's files");
    files
}

#[test]
fn no_file_names_the_host_of_a_package_registry() {
    // Put together here, or this file would be the first that holds them.
    let hosts = [
        ["registry.npm", "js.org"],
        ["npm", "js.com"],
        ["registry.yarn", "pkg.com"],
        ["index.crates", ".io"],
        ["static.crates", ".io"],
    ]
    .map(|parts| parts.concat());
    let mut found = Vec::new();
    for file in our_files() {
        // Files that are gone from the folder and not yet from git's list, and files that are no text, hold nothing.
        let Ok(content) = std::fs::read_to_string(root().join(&file)) else { continue };
        found.extend(
            hosts.iter().filter(|host| content.contains(*host)).map(|host| format!("{}: {host}", file.display())),
        );
    }
    assert!(found.is_empty(), "where packages come from is the machine's business, not the project's: {found:?}");
}

#[test]
fn the_lock_file_of_the_interface_is_that_of_its_manifest_and_holds_no_addresses() {
    let manifest: Value = serde_json::from_str(&read("ui/package.json")).expect("JSON");
    let lock: Value = serde_json::from_str(&read("ui/package-lock.json")).expect("JSON");
    let packages = lock["packages"].as_object().expect("the locked packages");
    assert!(packages.len() > 50, "the packages were read");
    for kind in ["dependencies", "devDependencies"] {
        assert_eq!(packages[""][kind], manifest[kind], "the {kind} of ui/package.json; run npm install in ui/");
    }
    let with_address: Vec<&String> =
        packages.iter().filter(|(_, locked)| locked.get("resolved").is_some()).map(|(name, _)| name).collect();
    assert!(with_address.is_empty(), "make the lock file anew with omit-lockfile-registry-resolved: {with_address:?}");
}

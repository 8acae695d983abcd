use super::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_kept_corpus_breaks_no_promise() {
    let mut inputs = 0;
    for (name, run) in TARGETS {
        let corpus = fuzz().join("corpus").join(name);
        for input in names(&corpus) {
            run(&fs::read(corpus.join(input)).unwrap());
            inputs += 1;
        }
    }
    assert!(inputs >= TARGETS.len(), "{inputs} inputs");
}

#[test]
fn targets_programs_and_corpora_are_the_same() {
    let known: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let programs = names(&fuzz().join("fuzz_targets"));
    assert_eq!(programs, known.iter().map(|name| format!("{name}.rs")).collect());
    assert_eq!(names(&fuzz().join("corpus")), known);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in &known {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} is not built");
        let program = fs::read_to_string(fuzz().join("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(program.contains(&format!("run(\"{name}\"")), "{name} runs something else");
    }
}

#[test]
fn the_corpus_is_small() {
    let size: u64 = TARGETS
        .iter()
        .flat_map(|(name, _)| fs::read_dir(fuzz().join("corpus").join(name)).unwrap())
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(size < 700_000, "{size} bytes");
}

#[test]
#[should_panic(expected = "no fuzz target")]
fn a_target_that_is_none_is_told() {
    run("nothing", b"");
}

//! Lists that change on a seeded schedule while they are walked.

use super::cases;
use super::truth::{client, emulator, everybody, history_is_true, is_equal, new_book, walk_once};
use sandbox::{Fault, FaultRule, Operation};
use std::collections::BTreeSet;

async fn schedule(seed: u64) {
    let emulator = emulator(700, seed).await;
    let folder = tempfile::tempdir().unwrap();
    let book = new_book(&folder.path().join("book.db"), &emulator).await;
    let provider = client(&emulator.base_url, &emulator.api_key, &emulator.api_secret);
    let few = u32::try_from(seed % 3).unwrap();
    let living = Fault::LivingList {
        seed,
        inserted: 1 + few,
        anywhere: seed % 2 == 1,
        removed: 3 - few,
        returned: u32::from(seed % 5 > 1),
        moved: u32::from(seed % 4 == 3),
        changed: 6,
    };
    emulator.control().set_faults([FaultRule::new(living).on(Operation::List)]).unwrap();
    let mut known = BTreeSet::new();
    for _ in 0..4 {
        walk_once(&book, provider.as_ref()).await.unwrap();
        let now: BTreeSet<String> = everybody(&book).await.into_keys().collect();
        assert!(now.is_superset(&known), "seed {seed}: whoever was known stays known");
        known = now;
        history_is_true(&book, &emulator).await;
    }
    assert!(emulator.control().changes(0).len() > 50, "seed {seed}: much happened");
    emulator.control().clear_faults();
    // Of those who left, the first walk asks for some; the second decides about the others.
    for _ in 0..2 {
        assert!(walk_once(&book, provider.as_ref()).await.unwrap().complete, "seed {seed}");
    }
    is_equal(&book, &emulator).await;
    history_is_true(&book, &emulator).await;
    book.keeper().check_integrity().await.unwrap();
    book.close().await;
    emulator.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn walks_of_a_list_that_changes_end_equal_to_it() {
    for seed in 0..cases(50, 2) as u64 {
        schedule(seed).await;
    }
}

//! A process that saves, rotates, moves and locks without end is killed at random moments. After each kill there is
//! exactly one valid state: everything is in one place, and nothing that was confirmed is lost.
//!
//! Ten kills always; a hundred with `VOUCH_THOROUGH` set.
#![cfg(target_os = "linux")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test says what it expects by failing"
)]

mod support;

use credentials::{EntryName, Gate, KeyCost, PlaceName, Secrets, profile_folder};
use kyc::{ConnectionId, Credential, Trouble};
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use support::{Bus, Daemon, calls_of, fact, in_own_process};

const NAME: &str = "a_killed_process_leaves_one_valid_state";
const PASSPHRASE: &str = "a passphrase for tests";

/// Numbers that look random and are the same for the same seed (Marsaglia's xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn one() -> ConnectionId {
    ConnectionId::new("one")
}

fn credential(number: u64) -> Credential {
    Credential::parse(&format!("pk_{number}"), &format!("sk_{number}")).unwrap()
}

fn number_of(credential: &Credential) -> u64 {
    let (key, secret) = (credential.api_key.expose_secret(), credential.api_secret.expose_secret());
    assert_eq!(key[3..], secret[3..], "key and secret are of one credential");
    key[3..].parse().unwrap()
}

/// What the processes before knew for certain, and what they had only begun: a journal of lines `begun what number` and
/// `done`.
struct Journal {
    path: PathBuf,
    key: Option<String>,
    current: BTreeSet<Option<u64>>,
    next: BTreeSet<Option<u64>>,
    last: u64,
}

impl Journal {
    fn read(folder: &Path) -> Self {
        let path = folder.join("journal");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut journal = Self { path, key: None, current: [None].into(), next: [None].into(), last: 0 };
        let mut begun = Vec::new();
        // A line without an end was being written when the process was killed: nothing was done after it.
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let mut words = line.split(' ');
            match (words.next().unwrap(), words.next(), words.next()) {
                ("key", Some(key), None) => journal.key = Some(key.to_owned()),
                ("is", Some(current), Some(next)) => {
                    journal.current = [current.parse().ok()].into();
                    journal.next = [next.parse().ok()].into();
                    begun.clear();
                }
                ("begun", Some(act), Some(number)) => {
                    let number = number.parse().unwrap();
                    // Also when nobody knows whether it was done: a number is used for one credential only.
                    journal.last = journal.last.max(number);
                    begun = vec![(act.to_owned(), number)];
                }
                ("done", None, None) => {
                    for (act, number) in begun.drain(..) {
                        journal.apply(&act, number, true);
                    }
                }
                _ => panic!("the journal is well formed: {line:?}"),
            }
        }
        for (act, number) in begun {
            journal.apply(&act, number, false);
        }
        journal
    }

    fn apply(&mut self, act: &str, number: u64, certainly: bool) {
        let (before_current, before_next) = (self.current.clone(), self.next.clone());
        match act {
            "store" => self.current = [Some(number)].into(),
            "store_next" => self.next = [Some(number)].into(),
            "promote" => {
                self.current = self.next.clone();
                self.next = [None].into();
            }
            other => panic!("no such act: {other}"),
        }
        if !certainly {
            self.current.extend(before_current);
            self.next.extend(before_next);
        }
    }

    fn write(&self, line: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path).unwrap();
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

/// Holds that what an earlier process left is one valid state, and says what it is.
async fn require_one_valid_state(folder: &Path, secrets: &Secrets, journal: &Journal) -> (Option<u64>, Option<u64>) {
    if secrets.gate() != Gate::Open {
        assert_eq!(secrets.book_key().await.unwrap_err().trouble, Trouble::PassphraseNeeded);
        secrets.unlock(PASSPHRASE.into()).await.expect("the passphrase opens what a killed process left");
    }
    let key = secrets.book_key().await.unwrap();
    let key = key.map(|key| key.expose_secret().to_owned());
    if journal.key.is_some() {
        assert_eq!(key, journal.key, "the book's key is there and is the same");
    }
    let current = match secrets.credential(&one()).await {
        Ok(credential) => Some(number_of(&credential)),
        Err(problem) if problem.trouble == Trouble::CredentialMissing => None,
        Err(problem) => panic!("{problem}"),
    };
    let next = secrets.next_credential(&one()).await.unwrap().map(|credential| number_of(&credential));
    assert!(journal.current.contains(&current), "{current:?} was confirmed or begun: {:?}", journal.current);
    assert!(journal.next.contains(&next), "{next:?} waits, was confirmed or begun: {:?}", journal.next);
    // And only there.
    let keyring = Secrets::keyring(profile_folder::open(&folder.join("profile")).unwrap());
    let mut in_keyring = Vec::new();
    for name in [EntryName::BookKey, EntryName::Credential(one()), EntryName::NextCredential(one())] {
        in_keyring.push(keyring.read(&name).await.unwrap().is_some());
    }
    let files: BTreeSet<String> = std::fs::read_dir(folder.join("profile"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != profile_folder::FILE_NAME)
        .collect();
    let kept = |name: &str| BTreeSet::from([name.to_owned(), format!("{name}.copy")]);
    let expected = match (secrets.place(), secrets.lock_is_on()) {
        (PlaceName::Keyring, false) => (vec![key.is_some(), current.is_some(), next.is_some()], BTreeSet::new()),
        (PlaceName::Keyring, true) => (vec![false, current.is_some(), next.is_some()], kept("lock.sealed")),
        (PlaceName::Vault, true) => (vec![false; 3], kept("vault.sealed")),
        other => panic!("no such place: {other:?}"),
    };
    assert_eq!((in_keyring, files), expected, "in {:?}, lock {}", secrets.place(), secrets.lock_is_on());
    (current, next)
}

/// Checks what the process before left, and then works until it is killed.
async fn check_and_work(folder: PathBuf) {
    let mut numbers = Numbers(fact("seed").unwrap().parse().unwrap());
    let secrets = Secrets::open_at_cost(&folder.join("profile"), KeyCost::new(8, 1, 1).unwrap()).unwrap();
    let mut journal = Journal::read(&folder);
    let (current, mut next) = require_one_valid_state(&folder, &secrets, &journal).await;
    let told = |number: Option<u64>| number.map_or("none".to_owned(), |number| number.to_string());
    journal.write(&format!("is {} {}", told(current), told(next)));
    if journal.key.is_none() {
        let key = match secrets.book_key().await.unwrap() {
            Some(key) => key,
            None => secrets.make_book_key().await.unwrap(),
        };
        journal.write(&format!("key {}", key.expose_secret()));
    }
    println!("\nready");
    if fact("check_only").is_some() {
        return;
    }
    let mut acts = OpenOptions::new().create(true).append(true).open(folder.join("acts")).unwrap();
    loop {
        let place = (secrets.place(), secrets.lock_is_on());
        match (numbers.below(7), place, next) {
            (0, ..) => {
                journal.last += 1;
                journal.write(&format!("begun store {}", journal.last));
                secrets.store_credential(&one(), &credential(journal.last)).await.unwrap();
                journal.write("done");
            }
            (1 | 2, _, None) => {
                journal.last += 1;
                journal.write(&format!("begun store_next {}", journal.last));
                secrets.store_next_credential(&one(), &credential(journal.last)).await.unwrap();
                journal.write("done");
                next = Some(journal.last);
            }
            (1 | 2, _, Some(waiting)) => {
                journal.write(&format!("begun promote {waiting}"));
                secrets.promote_next_credential(&one()).await.unwrap();
                journal.write("done");
                next = None;
            }
            (3 | 4, (PlaceName::Vault, _), _) => secrets.move_to_keyring(PASSPHRASE.into()).await.unwrap(),
            (3 | 4, ..) => drop(secrets.move_to_vault(&[one()], PASSPHRASE.into()).await.unwrap()),
            (5 | 6, (PlaceName::Keyring, true), _) => secrets.remove_lock(PASSPHRASE.into()).await.unwrap(),
            (5 | 6, (PlaceName::Keyring, false), _) => drop(secrets.set_lock(PASSPHRASE.into()).await.unwrap()),
            _ => {
                secrets.close();
                secrets.unlock(PASSPHRASE.into()).await.unwrap();
            }
        }
        let moved = (secrets.place(), secrets.lock_is_on()) != place;
        acts.write_all(if moved { b"move\n" } else { b"change\n" }).unwrap();
    }
}

#[test]
fn a_killed_process_leaves_one_valid_state() {
    if let Some(folder) = in_own_process() {
        return calls_of(check_and_work(folder));
    }
    let kills = if std::env::var_os("VOUCH_THOROUGH").is_some() { 100 } else { 10 };
    let bus = Bus::start();
    let mut daemon = Daemon::unlocked(&bus);
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for kill in 0..kills {
        let seed = (kill + 1).to_string();
        let mut process = bus
            .process_of_this_test(&[], NAME, &[("seed", &seed)])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let ready = BufReader::new(process.stdout.take().unwrap()).lines().any(|line| line.unwrap() == "ready");
        if ready {
            // The moment is the point of it, and nothing waits for anything here.
            std::thread::sleep(Duration::from_micros(numbers.below(800_000)));
        }
        process.kill().unwrap();
        let output = process.wait_with_output().unwrap();
        if let Some(how) = daemon.ended() {
            // Should the service end because its client vanished, that is one more interruption.
            println!("\nthe keyring ended by itself after kill {kill}: {how}");
            drop(daemon);
            daemon = Daemon::unlocked(&bus);
            continue;
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(ready, "the state after kill {kill} is valid: {complaint}");
        assert!(output.status.code().is_none(), "it worked until it was killed, {kill}: {complaint}");
    }
    bus.run_this_test(NAME, &[("seed", "1"), ("check_only", "yes")]);
    let acts = std::fs::read_to_string(bus.folder().join("acts")).unwrap();
    let count = acts.lines().count();
    println!("{count} acts were finished in all, {:?} of them moves", acts.matches("move").count());
    assert!(count > 0, "the processes did work");
}

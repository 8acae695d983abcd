//! After the gate is closed no secret is left in the memory of the process: everything that can be written to is
//! searched, freed memory and stacks included.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::{KeyCost, Secrets};
use kyc::{ConnectionId, Credential, Problem};
use secrecy::ExposeSecret;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use support::{Bus, Daemon, calls_of, in_own_process, step};

// Constants stand in memory that cannot be written to, which is not searched. Nothing here may copy them but the
// product.
const PASSPHRASE: &str = "Zwölf Boxkämpfer jagen Viktor";
const NEXT_PASSPHRASE: &str = "Franz jagt im komplett verwahrlosten Taxi";
const KEY: &str = "pk_test_planted_in_memory";
const SECRET: &str = "sk_test_\"planted\"_in_\\memory";

fn open(folder: &Path) -> Secrets {
    Secrets::open_at_cost(&folder.join("profile"), KeyCost::new(64, 2, 1).unwrap()).unwrap()
}

fn one() -> ConnectionId {
    ConnectionId::new("one")
}

/// What is looked for, disguised, so that looking for it puts it nowhere.
struct Planted {
    name: &'static str,
    disguised: Vec<u8>,
}

impl Planted {
    fn new(name: &'static str, text: &str) -> Self {
        Self { name, disguised: text.bytes().map(disguise).collect() }
    }
}

fn disguise(byte: u8) -> u8 {
    byte ^ 0x5A
}

/// What is found of it, and where.
fn found(planted: &[Planted]) -> Vec<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let memory = File::open("/proc/self/mem").unwrap();
    let mut found = Vec::new();
    let mut piece = vec![0_u8; 1 << 20];
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, access) = (words.next().unwrap(), words.next().unwrap());
        if !access.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let address = |text: &str| u64::from_str_radix(text, 16).unwrap();
        let (mut place, end) = (address(start), address(end));
        while place < end {
            let length = usize::try_from(end - place).unwrap().min(piece.len());
            // Some of the kernel's own pages cannot be read.
            if memory.read_exact_at(&mut piece[..length], place).is_err() {
                break;
            }
            piece[..length].iter_mut().for_each(|byte| *byte = disguise(*byte));
            for one in planted {
                if memchr::memmem::find(&piece[..length], &one.disguised).is_some() {
                    found.push(format!("{} in {line}", one.name));
                }
            }
            // Overlapping, so that nothing hides on a border.
            place += if length == piece.len() { (length - 128) as u64 } else { length as u64 };
        }
    }
    found
}

/// Everything that an officer's day does with secrets.
async fn use_them(secrets: &Secrets) -> Result<(), Problem> {
    secrets.unlock(PASSPHRASE.into()).await?;
    secrets.book_key().await?.expect("the book's key");
    let credential = secrets.credential(&one()).await?;
    secrets.store_next_credential(&one(), &credential).await?;
    secrets.promote_next_credential(&one()).await?;
    secrets.change_passphrase(PASSPHRASE.into(), NEXT_PASSPHRASE.into()).await?;
    secrets.change_passphrase(NEXT_PASSPHRASE.into(), PASSPHRASE.into()).await
}

async fn steps(folder: &Path) {
    let secrets = open(folder);
    let credential = Credential::parse(KEY, SECRET).unwrap();
    match step().as_str() {
        "vault" => {
            secrets.make_vault(PASSPHRASE.into()).await.unwrap();
            secrets.make_book_key().await.unwrap();
            secrets.store_credential(&one(), &credential).await.unwrap();
        }
        "lock" => {
            secrets.make_book_key().await.unwrap();
            secrets.store_credential(&one(), &credential).await.unwrap();
            secrets.set_lock(PASSPHRASE.into()).await.unwrap();
        }
        _ => {
            assert!(secrets.unlock(NEXT_PASSPHRASE.into()).await.is_err());
            use_them(&secrets).await.unwrap();
            let held = secrets.book_key().await.unwrap().unwrap();
            let mut planted = vec![Planted::new("the book's key", held.expose_secret())];
            assert_ne!(found(&planted), [""; 0], "what is in memory is found");
            drop(held);
            drop(credential);
            secrets.close();
            planted.push(Planted::new("the passphrase", PASSPHRASE));
            planted.push(Planted::new("the other passphrase", NEXT_PASSPHRASE));
            planted.push(Planted::new("an API key", KEY));
            planted.push(Planted::new("an API secret", SECRET));
            assert_eq!(found(&planted), [""; 0]);
        }
    }
}

#[test]
fn a_closed_vault_leaves_nothing_in_memory() {
    if let Some(folder) = in_own_process() {
        return calls_of(async { steps(&folder).await });
    }
    let bus = Bus::absent();
    for step in ["vault", "use"] {
        bus.run_this_test("a_closed_vault_leaves_nothing_in_memory", &[("step", step)]);
    }
}

#[test]
fn a_closed_lock_leaves_nothing_in_memory() {
    if let Some(folder) = in_own_process() {
        return calls_of(async { steps(&folder).await });
    }
    let bus = Bus::start();
    let _daemon = Daemon::unlocked(&bus);
    for step in ["lock", "use"] {
        bus.run_this_test("a_closed_lock_leaves_nothing_in_memory", &[("step", step)]);
    }
}

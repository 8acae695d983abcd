//! Vault and lock on a disk that is full or read-only: the old state stays, and the trouble says which it was.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::{KeyCost, Secrets};
use kyc::{ConnectionId, Credential, Problem, Trouble};
use secrecy::ExposeSecret;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use support::{Bus, calls_of, in_own_process, step};

const PASSPHRASE: &str = "a passphrase for tests";
const OTHER: &str = "another passphrase for tests";

fn open(folder: &Path) -> Secrets {
    Secrets::open_at_cost(&folder.join("profile"), KeyCost::new(8, 1, 1).unwrap()).unwrap()
}

fn one() -> ConnectionId {
    ConnectionId::new("one")
}

/// A credential of so many bytes.
fn credential(bytes: usize) -> Credential {
    Credential::parse("pk_test", &"s".repeat(bytes)).unwrap()
}

/// The steps of both tests: what is tried in trouble, and what is there before and after.
async fn steps(folder: &Path, expected: Trouble) {
    let secrets = open(folder);
    let refused = |outcome: Result<(), Problem>, act: &str| assert_eq!(outcome.unwrap_err().trouble, expected, "{act}");
    match step().as_str() {
        "before" => {
            secrets.make_vault(PASSPHRASE.into()).await.unwrap();
            secrets.make_book_key().await.unwrap();
            secrets.store_credential(&one(), &credential(10)).await.unwrap();
        }
        "trouble" => {
            assert!(secrets.unlock(OTHER.into()).await.is_err(), "a wrong passphrase is wrong here too");
            secrets.unlock(PASSPHRASE.into()).await.expect("whoever only reads is not held up");
            refused(secrets.store_credential(&one(), &credential(100_000)).await, "storing");
            assert_eq!(secrets.credential(&one()).await.unwrap().api_secret.expose_secret().len(), 10);
            if expected == Trouble::DiskReadOnly {
                refused(secrets.forget_credential(&one()).await, "forgetting");
                refused(secrets.change_passphrase(PASSPHRASE.into(), OTHER.into()).await, "another passphrase");
                refused(secrets.store_next_credential(&one(), &credential(10)).await, "storing the next");
            }
        }
        _ => {
            secrets.unlock(PASSPHRASE.into()).await.unwrap();
            assert!(secrets.book_key().await.unwrap().is_some());
            assert_eq!(secrets.credential(&one()).await.unwrap().api_secret.expose_secret().len(), 10);
            secrets.store_credential(&one(), &credential(100_000)).await.unwrap();
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.join("profile"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".draft"))
        .collect();
    assert_eq!(left, [""; 0], "no draft is left");
}

/// The limit of a file's size ends a write in the middle, as a full disk does.
#[test]
fn a_full_disk_leaves_the_old_state() {
    if let Some(folder) = in_own_process() {
        return calls_of(async { steps(&folder, Trouble::DiskFull).await });
    }
    let name = "a_full_disk_leaves_the_old_state";
    let limited = ["sh", "-c", r#"trap "" XFSZ; ulimit -f 64; exec "$@""#, "sh"];
    let bus = Bus::absent();
    bus.run_this_test(name, &[("step", "before")]);
    bus.run_this_test_by(&limited, name, &[("step", "trouble")]);
    bus.run_this_test(name, &[("step", "after")]);
}

#[test]
fn a_read_only_folder_leaves_the_old_state() {
    if let Some(folder) = in_own_process() {
        return calls_of(async { steps(&folder, Trouble::DiskReadOnly).await });
    }
    let name = "a_read_only_folder_leaves_the_old_state";
    let bus = Bus::absent();
    let profile = bus.folder().join("profile");
    std::fs::create_dir(&profile).unwrap();
    // Nothing is read-only for root, who runs containers and some CI.
    let is_root = std::fs::metadata(bus.folder()).unwrap().uid() == 0;
    let nobody: &[&str] = if is_root {
        chown(bus.folder(), Some(65534), Some(65534)).unwrap();
        chown(&profile, Some(65534), Some(65534)).unwrap();
        &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    } else {
        &[]
    };
    bus.run_this_test_by(nobody, name, &[("step", "before")]);
    std::fs::set_permissions(&profile, Permissions::from_mode(0o500)).unwrap();
    bus.run_this_test_by(nobody, name, &[("step", "trouble")]);
    std::fs::set_permissions(&profile, Permissions::from_mode(0o700)).unwrap();
    bus.run_this_test_by(nobody, name, &[("step", "after")]);
}

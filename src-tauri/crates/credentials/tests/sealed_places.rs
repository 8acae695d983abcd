//! Secrets on their way between a real gnome-keyring and sealed files, each step in a process of its own, as after a
//! restart.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::{Gate, KeyCost, PlaceName, Secrets, profile_folder};
use kyc::{ConnectionId, Credential, Trouble};
use secrecy::ExposeSecret;
use std::path::Path;
use std::process::{Command, Stdio};
use support::{Bus, Daemon, calls_of, in_own_process, step};

const PASSPHRASE: &str = "a passphrase for tests";

fn open(folder: &Path) -> Secrets {
    Secrets::open_at_cost(&folder.join("profile"), KeyCost::new(8, 1, 1).unwrap()).unwrap()
}

/// What the keyring itself holds of the profile, past any vault or lock.
fn keyring(folder: &Path) -> Secrets {
    Secrets::keyring(profile_folder::open(&folder.join("profile")).unwrap())
}

fn connection() -> ConnectionId {
    ConnectionId::new("one")
}

fn credential(name: &str) -> Credential {
    Credential::parse(&format!("pk_{name}"), &format!("sk_{name}")).unwrap()
}

async fn fill(secrets: &Secrets) -> String {
    secrets.store_credential(&connection(), &credential("first")).await.unwrap();
    secrets.store_next_credential(&connection(), &credential("second")).await.unwrap();
    secrets.make_book_key().await.unwrap().expose_secret().to_owned()
}

async fn require_filled(secrets: &Secrets, key: &str) {
    assert_eq!(secrets.book_key().await.unwrap().unwrap().expose_secret(), key);
    assert_eq!(secrets.credential(&connection()).await.unwrap().api_secret.expose_secret(), "sk_first");
    let next = secrets.next_credential(&connection()).await.unwrap().unwrap();
    assert_eq!(next.api_secret.expose_secret(), "sk_second");
}

async fn require_keyring_empty(folder: &Path) {
    let keyring = keyring(folder);
    assert!(keyring.book_key().await.unwrap().is_none(), "no book key in the keyring");
    assert_eq!(keyring.credential(&connection()).await.unwrap_err().trouble, Trouble::CredentialMissing);
    assert!(keyring.next_credential(&connection()).await.unwrap().is_none(), "no next credential in the keyring");
}

/// Where a process leaves what the next one has to find; the value is a test's and opens nothing else.
fn note(folder: &Path, text: &str) {
    std::fs::write(folder.join("note"), text).unwrap();
}

fn noted(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("note")).unwrap()
}

#[test]
fn everything_moves_to_the_vault_and_back() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = open(&folder);
            match step().as_str() {
                "there" => {
                    let key = fill(&secrets).await;
                    secrets.move_to_vault(&[connection()], PASSPHRASE.into()).await.unwrap();
                    require_filled(&secrets, &key).await;
                    require_keyring_empty(&folder).await;
                    note(&folder, &key);
                }
                "back" => {
                    assert_eq!(secrets.gate(), Gate::Vault);
                    secrets.unlock(PASSPHRASE.into()).await.unwrap();
                    require_filled(&secrets, &noted(&folder)).await;
                    secrets.move_to_keyring(PASSPHRASE.into()).await.unwrap();
                }
                _ => {
                    assert_eq!((secrets.place(), secrets.lock_is_on()), (PlaceName::Keyring, false));
                    require_filled(&secrets, &noted(&folder)).await;
                }
            }
        });
    }
    let bus = Bus::start();
    let _daemon = Daemon::unlocked(&bus);
    for step in ["there", "back", "after"] {
        bus.run_this_test("everything_moves_to_the_vault_and_back", &[("step", step)]);
    }
}

#[test]
fn a_vault_does_without_any_keyring_and_moves_into_one_that_comes() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = open(&folder);
            if step() == "without" {
                assert_eq!(secrets.book_key().await.unwrap_err().trouble, Trouble::KeyringMissing);
                secrets.make_vault(PASSPHRASE.into()).await.unwrap();
                note(&folder, &fill(&secrets).await);
                let refusal = secrets.move_to_keyring(PASSPHRASE.into()).await.unwrap_err();
                assert_eq!(refusal.trouble, Trouble::KeyringMissing);
            } else {
                secrets.unlock(PASSPHRASE.into()).await.unwrap();
                secrets.move_to_keyring(PASSPHRASE.into()).await.unwrap();
            }
            require_filled(&secrets, &noted(&folder)).await;
        });
    }
    let name = "a_vault_does_without_any_keyring_and_moves_into_one_that_comes";
    let bus = Bus::start();
    bus.run_this_test(name, &[("step", "without")]);
    let _daemon = Daemon::unlocked(&bus);
    bus.run_this_test(name, &[("step", "with")]);
}

#[test]
fn a_locked_keyring_stops_a_move_and_keeps_everything() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = open(&folder);
            match step().as_str() {
                "fill" => note(&folder, &fill(&secrets).await),
                "locked" => {
                    for act in [
                        secrets.move_to_vault(&[connection()], PASSPHRASE.into()).await,
                        secrets.set_lock(PASSPHRASE.into()).await,
                        secrets.make_vault(PASSPHRASE.into()).await,
                    ] {
                        assert_eq!(act.unwrap_err().trouble, Trouble::KeyringLocked);
                    }
                }
                _ => require_filled(&secrets, &noted(&folder)).await,
            }
        });
    }
    let name = "a_locked_keyring_stops_a_move_and_keeps_everything";
    let bus = Bus::start();
    let daemon = Daemon::unlocked(&bus);
    bus.run_this_test(name, &[("step", "fill")]);
    drop(daemon);
    let daemon = Daemon::locked(&bus);
    bus.run_this_test(name, &[("step", "locked")]);
    drop(daemon);
    let _daemon = Daemon::unlocked(&bus);
    bus.run_this_test(name, &[("step", "after")]);
}

#[test]
fn the_lock_keeps_the_books_key_out_of_the_keyring() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = open(&folder);
            match step().as_str() {
                "lock" => {
                    let key = fill(&secrets).await;
                    secrets.set_lock(PASSPHRASE.into()).await.unwrap();
                    require_filled(&secrets, &key).await;
                    note(&folder, &key);
                }
                "locked" => {
                    assert_eq!(secrets.gate(), Gate::Lock);
                    assert_eq!(secrets.book_key().await.unwrap_err().trouble, Trouble::PassphraseNeeded);
                    let refused = secrets.credential(&connection()).await.unwrap_err();
                    assert_eq!(refused.trouble, Trouble::PassphraseNeeded);
                    assert!(keyring(&folder).book_key().await.unwrap().is_none(), "the keyring let go of it");
                    secrets.unlock(PASSPHRASE.into()).await.unwrap();
                    require_filled(&secrets, &noted(&folder)).await;
                    secrets.promote_next_credential(&connection()).await.unwrap();
                    secrets.store_credential(&connection(), &credential("first")).await.unwrap();
                    secrets.store_next_credential(&connection(), &credential("second")).await.unwrap();
                    secrets.remove_lock(PASSPHRASE.into()).await.unwrap();
                }
                _ => {
                    assert_eq!((secrets.gate(), secrets.lock_is_on()), (Gate::Open, false));
                    require_filled(&secrets, &noted(&folder)).await;
                    require_filled(&keyring(&folder), &noted(&folder)).await;
                }
            }
        });
    }
    let bus = Bus::start();
    let _daemon = Daemon::unlocked(&bus);
    for step in ["lock", "locked", "after"] {
        bus.run_this_test("the_lock_keeps_the_books_key_out_of_the_keyring", &[("step", step)]);
    }
}

#[test]
fn a_credential_takes_the_place_of_another() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = open(&folder);
            if step() == "fill" {
                fill(&secrets).await;
                secrets.promote_next_credential(&connection()).await.unwrap();
            }
            let current = secrets.credential(&connection()).await.unwrap();
            assert_eq!(current.api_secret.expose_secret(), "sk_second");
            assert!(secrets.next_credential(&connection()).await.unwrap().is_none());
            // As an interruption leaves it: in both places.
            secrets.store_next_credential(&connection(), &current).await.unwrap();
        });
    }
    let bus = Bus::start();
    let _daemon = Daemon::unlocked(&bus);
    for step in ["fill", "after"] {
        bus.run_this_test("a_credential_takes_the_place_of_another", &[("step", step)]);
    }
}

/// Everything that passes over the bus is recorded, as by anybody who may listen to it.
#[test]
fn no_secret_passes_over_the_bus_as_it_is() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = open(&folder);
            let key = fill(&secrets).await;
            require_filled(&secrets, &key).await;
            note(&folder, &key);
        });
    }
    let bus = Bus::start();
    let _daemon = Daemon::unlocked(&bus);
    let record = bus.folder().join("record");
    let mut monitor = Command::new("dbus-monitor")
        .args(["--address", bus.address(), "--binary"])
        .stdout(std::fs::File::create(&record).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("dbus-monitor does not start ({error}): install the package dbus-bin"));
    let recorded = || std::fs::read(&record).unwrap();
    let holds = |record: &[u8], text: &str| record.windows(text.len()).any(|window| window == text.as_bytes());
    // It listens from its own first message on; its record is complete once it has what was asked after the calls.
    let wait_for = |text: &str| {
        while !holds(&recorded(), text) {
            let connection = zbus::blocking::connection::Builder::address(bus.address()).unwrap().build().unwrap();
            zbus::blocking::fdo::DBusProxy::new(&connection)
                .unwrap()
                .name_has_owner(text.try_into().expect("a name of the bus"))
                .unwrap();
        }
    };
    wait_for("example.before");
    bus.run_this_test("no_secret_passes_over_the_bus_as_it_is", &[]);
    wait_for("example.after");
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    let record = recorded();
    assert!(holds(&record, "org.freedesktop.Secret.Service"), "the calls were recorded");
    assert!(holds(&record, "dh-ietf1024-sha256-aes128-cbc-pkcs7"), "the session for secrets is an encrypted one");
    for secret in ["pk_first", "sk_first", "sk_second", &noted(bus.folder())] {
        assert!(!holds(&record, secret), "a secret passed over the bus as it is");
    }
}

//! The keyring of Linux for real: a private session bus with gnome-keyring on it, in all the states an officer's machine
//! can be in. Each test runs its calls in a process of its own, because the bus is chosen by an environment variable.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::{ProfileId, Secrets, profile_folder};
use kyc::{ConnectionId, Credential, Trouble};
use secrecy::ExposeSecret;
use std::path::Path;
use support::{Bus, Daemon, calls_of, in_own_process};

/// The profile of this test, the same in each of its processes.
fn profile(folder: &Path) -> ProfileId {
    profile_folder::open(&folder.join("profile")).unwrap()
}

fn credential() -> Credential {
    Credential::parse("pk_test_real_keyring", "sk_test_ключ-€").unwrap()
}

#[test]
fn entries_are_kept_replaced_and_forgotten() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = Secrets::keyring(profile(&folder));
            let connection = ConnectionId::new("one");
            assert!(secrets.book_key().await.unwrap().is_none(), "an empty keyring has no entry");
            assert_eq!(secrets.credential(&connection).await.unwrap_err().trouble, Trouble::CredentialMissing);

            let key = secrets.make_book_key().await.unwrap();
            assert_eq!(secrets.make_book_key().await.unwrap_err().trouble, Trouble::Conflict);
            let kept = secrets.book_key().await.unwrap().unwrap();
            assert_eq!(kept.expose_secret(), key.expose_secret());

            secrets.store_credential(&connection, &credential()).await.unwrap();
            let replacement = Credential::parse("pk_test_second", "sk_test_second").unwrap();
            secrets.store_credential(&connection, &replacement).await.unwrap();
            let kept = secrets.credential(&connection).await.unwrap();
            assert_eq!(kept.api_secret.expose_secret(), "sk_test_second");

            secrets.forget_credential(&connection).await.unwrap();
            secrets.forget_credential(&connection).await.unwrap();
            assert_eq!(secrets.credential(&connection).await.unwrap_err().trouble, Trouble::CredentialMissing);
            assert!(secrets.book_key().await.unwrap().is_some(), "the other entry stays");
        });
    }
    let bus = Bus::start();
    let _daemon = Daemon::unlocked(&bus);
    bus.run_this_test("entries_are_kept_replaced_and_forgotten", &[]);
}

#[test]
fn entries_outlive_the_service_and_another_profile_does_not_see_them() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = Secrets::keyring(profile(&folder));
            let connection = ConnectionId::new("one");
            if support::step() == "write" {
                secrets.make_book_key().await.unwrap();
                secrets.store_credential(&connection, &credential()).await.unwrap();
            } else {
                let kept = secrets.credential(&connection).await.unwrap();
                assert_eq!(kept.api_key.expose_secret(), credential().api_key.expose_secret());
                assert_eq!(kept.api_secret.expose_secret(), credential().api_secret.expose_secret());
                assert!(secrets.book_key().await.unwrap().is_some());
                let other = Secrets::keyring(ProfileId::random());
                assert!(other.book_key().await.unwrap().is_none(), "another profile has entries of its own");
                assert_eq!(other.credential(&connection).await.unwrap_err().trouble, Trouble::CredentialMissing);
            }
        });
    }
    let name = "entries_outlive_the_service_and_another_profile_does_not_see_them";
    let bus = Bus::start();
    let daemon = Daemon::unlocked(&bus);
    bus.run_this_test(name, &[("step", "write")]);
    drop(daemon);
    let _daemon = Daemon::unlocked(&bus);
    bus.run_this_test(name, &[("step", "read")]);
}

#[test]
fn a_locked_keyring_is_told_and_waits_for_nobody() {
    if let Some(folder) = in_own_process() {
        return calls_of(async {
            let secrets = Secrets::keyring(profile(&folder));
            let connection = ConnectionId::new("one");
            if support::step() == "write" {
                secrets.make_book_key().await.unwrap();
                return;
            }
            let locked = |outcome: Result<(), kyc::Problem>, call: &str| {
                assert_eq!(outcome.unwrap_err().trouble, Trouble::KeyringLocked, "{call}");
            };
            locked(secrets.book_key().await.map(|_| ()), "reading an entry that is there");
            locked(secrets.credential(&connection).await.map(|_| ()), "reading an entry that is not there");
            locked(secrets.store_credential(&connection, &credential()).await, "writing");
            locked(secrets.forget_credential(&connection).await, "deleting");
            locked(secrets.make_book_key().await.map(|_| ()), "making a key while an old one may be inside");
        });
    }
    let name = "a_locked_keyring_is_told_and_waits_for_nobody";
    let bus = Bus::start();
    let daemon = Daemon::unlocked(&bus);
    bus.run_this_test(name, &[("step", "write")]);
    drop(daemon);
    let _daemon = Daemon::locked(&bus);
    bus.run_this_test(name, &[("step", "locked")]);
}

#[test]
fn a_bus_without_a_keyring_service_is_told() {
    if let Some(folder) = in_own_process() {
        return calls_of(expect_missing(folder));
    }
    Bus::start().run_this_test("a_bus_without_a_keyring_service_is_told", &[]);
}

#[test]
fn a_machine_without_a_bus_is_told() {
    if let Some(folder) = in_own_process() {
        return calls_of(expect_missing(folder));
    }
    Bus::absent().run_this_test("a_machine_without_a_bus_is_told", &[]);
    Bus::unnamed().run_this_test("a_machine_without_a_bus_is_told", &[]);
}

async fn expect_missing(folder: std::path::PathBuf) {
    let secrets = Secrets::keyring(profile(&folder));
    let missing = |outcome: Result<(), kyc::Problem>, call: &str| {
        assert_eq!(outcome.unwrap_err().trouble, Trouble::KeyringMissing, "{call}");
    };
    missing(secrets.book_key().await.map(|_| ()), "reading");
    missing(secrets.store_credential(&ConnectionId::new("one"), &credential()).await, "writing");
    missing(secrets.forget_credential(&ConnectionId::new("one")).await, "deleting");
    missing(secrets.unlock_keyring().await, "unlocking");
}

#[test]
fn a_service_without_any_keyring_is_told_and_makes_none_up() {
    if let Some(folder) = in_own_process() {
        return calls_of(expect_missing(folder));
    }
    let bus = Bus::start();
    // Started without a password on an empty home: there is no login keyring and no default collection.
    let _daemon = Daemon::locked(&bus);
    bus.run_this_test("a_service_without_any_keyring_is_told_and_makes_none_up", &[]);
}

/// The service is stopped by a signal in the middle of its work, so calls to it stay unanswered; then it goes on.
#[test]
fn a_service_that_hangs_is_told_and_used_again_once_it_answers() {
    if let Some(folder) = in_own_process() {
        return support::calls_with_paused_clock(async {
            tokio::time::resume();
            let secrets = Secrets::keyring(profile(&folder));
            let key = secrets.make_book_key().await.unwrap();
            support::signal_daemon("STOP");
            // The paused clock jumps to the deadline as soon as nothing else is left to do.
            tokio::time::pause();
            assert_eq!(secrets.book_key().await.unwrap_err().trouble, Trouble::KeyringSilent);
            tokio::time::resume();
            support::signal_daemon("CONT");
            let kept = secrets.book_key().await.unwrap().unwrap();
            assert_eq!(kept.expose_secret(), key.expose_secret());
            // And a call that is still out does not keep the process from ending.
            support::signal_daemon("STOP");
            tokio::time::pause();
            assert_eq!(secrets.book_key().await.unwrap_err().trouble, Trouble::KeyringSilent);
        });
    }
    let bus = Bus::start();
    let daemon = Daemon::unlocked(&bus);
    let pid = daemon.pid().to_string();
    bus.run_this_test("a_service_that_hangs_is_told_and_used_again_once_it_answers", &[("daemon", &pid)]);
}

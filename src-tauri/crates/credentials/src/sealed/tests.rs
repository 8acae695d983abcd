//! The format: what is sealed opens again, and nothing else does.

use super::*;
use proptest::prelude::*;

fn cheap() -> KeyCost {
    KeyCost::new(8, 1, 1).unwrap()
}

fn sealer(kind: Kind) -> Sealer {
    let mut sealer = Sealer::new(kind).unwrap();
    sealer.set_slot(Opener::Passphrase, b"passphrase", cheap()).unwrap();
    sealer.set_slot(Opener::RecoveryCode, b"code", cheap()).unwrap();
    sealer
}

fn trouble<T>(outcome: Result<T, Problem>) -> Trouble {
    outcome.err().expect("it is refused").trouble
}

fn with_checksum(mut before: Vec<u8>) -> Vec<u8> {
    let checksum = Sha256::digest(&before);
    before.extend_from_slice(&checksum);
    before
}

#[test]
fn either_opener_opens_it_and_it_can_be_sealed_again_without() {
    let first = sealer(Kind::Vault).seal(b"content").unwrap();
    let sealed = Sealed::read(Kind::Vault, &first).unwrap();
    let (content, _) = sealed.open(Opener::RecoveryCode, b"code").unwrap();
    assert_eq!(*content, b"content");
    let (_, sealer) = sealed.open(Opener::Passphrase, b"passphrase").unwrap();
    let second = sealer.seal(b"other content").unwrap();
    assert_ne!(first, second);
    let (content, _) = Sealed::read(Kind::Vault, &second).unwrap().open(Opener::Passphrase, b"passphrase").unwrap();
    assert_eq!(*content, b"other content");
}

#[test]
fn what_does_not_belong_to_a_slot_does_not_open_it() {
    let file = sealer(Kind::Lock).seal(b"").unwrap();
    let sealed = Sealed::read(Kind::Lock, &file).unwrap();
    for (opener, secret) in [
        (Opener::Passphrase, &b"Passphrase"[..]),
        (Opener::Passphrase, b""),
        (Opener::Passphrase, b"code"),
        (Opener::RecoveryCode, b"passphrase"),
    ] {
        assert_eq!(trouble(sealed.open(opener, secret)), Trouble::PassphraseWrong { until: None });
    }
}

#[test]
fn a_new_passphrase_takes_the_place_of_the_old_one_only() {
    let mut sealer = sealer(Kind::Vault);
    sealer.set_slot(Opener::Passphrase, b"new", cheap()).unwrap();
    let sealed = Sealed::read(Kind::Vault, &sealer.seal(b"content").unwrap()).unwrap();
    assert!(sealed.open(Opener::Passphrase, b"new").is_ok());
    assert!(sealed.open(Opener::RecoveryCode, b"code").is_ok());
    assert_eq!(trouble(sealed.open(Opener::Passphrase, b"passphrase")), Trouble::PassphraseWrong { until: None });
}

#[test]
fn a_file_of_another_kind_is_not_taken_for_it() {
    let file = sealer(Kind::Vault).seal(b"content").unwrap();
    assert_eq!(trouble(Sealed::read(Kind::Lock, &file)), Trouble::VaultDamaged);
    assert_eq!(trouble(Sealed::read(Kind::Transfer, &file)), Trouble::SealedFileDamaged);
    // Also not when somebody writes the other kind into it.
    let mut forged = file[..file.len() - CHECKSUM_LENGTH].to_vec();
    forged[10] = Kind::Lock as u8;
    let forged = Sealed::read(Kind::Lock, &with_checksum(forged)).unwrap();
    assert_eq!(trouble(forged.open(Opener::Passphrase, b"passphrase")), Trouble::PassphraseWrong { until: None });
}

#[test]
fn a_newer_file_is_told_apart_from_a_damaged_one() {
    let file = sealer(Kind::Transfer).seal(b"content").unwrap();
    let mut newer = file[..file.len() - CHECKSUM_LENGTH].to_vec();
    newer[8] = 2;
    // What comes after the format may be anything in it.
    newer.truncate(12);
    newer.extend_from_slice(b"unknown");
    let newer = with_checksum(newer);
    assert_eq!(trouble(Sealed::read(Kind::Transfer, &newer)), Trouble::SealedFileNewer);
    assert_eq!(trouble(Sealed::read(Kind::Vault, &newer)), Trouble::VaultNewer);
    let mut damaged = file;
    damaged[8] = 2;
    assert_eq!(trouble(Sealed::read(Kind::Transfer, &damaged)), Trouble::SealedFileDamaged);
}

#[test]
fn a_file_that_asks_for_more_than_a_computer_has_is_damaged() {
    let file = sealer(Kind::Transfer).seal(b"content").unwrap();
    let mut hostile = file[..file.len() - CHECKSUM_LENGTH].to_vec();
    hostile[13..17].copy_from_slice(&(100 * 1024 * 1024_u32).to_le_bytes());
    assert_eq!(trouble(Sealed::read(Kind::Transfer, &with_checksum(hostile))), Trouble::SealedFileDamaged);
}

#[test]
fn whoever_mends_the_checksum_still_cannot_change_the_content_or_the_slots() {
    let file = sealer(Kind::Vault).seal(b"content").unwrap();
    let before = &file[..file.len() - CHECKSUM_LENGTH];
    for place in 0..before.len() {
        let mut changed = before.to_vec();
        changed[place] ^= 1;
        let Ok(sealed) = Sealed::read(Kind::Vault, &with_checksum(changed)) else { continue };
        let opened = sealed.open(Opener::Passphrase, b"passphrase");
        assert!(opened.is_err(), "byte {place} was changed and nobody noticed");
    }
}

/// A file that tests/data/known_sealed.py made from the description in the module's head, with libsodium and argon2's
/// own program.
#[test]
fn a_known_file_opens() {
    let file = include_bytes!("../../tests/data/known.sealed");
    let sealed = Sealed::read(Kind::Vault, file).unwrap();
    for (opener, secret) in [(Opener::Passphrase, &b"passphrase"[..]), (Opener::RecoveryCode, &[b'0'; 28])] {
        let (content, _) = sealed.open(opener, secret).unwrap();
        assert_eq!(*content, b"the content of a known file");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_content_survives(content in prop::collection::vec(any::<u8>(), 0..2000)) {
        let file = sealer(Kind::Transfer).seal(&content).unwrap();
        let (read, _) = Sealed::read(Kind::Transfer, &file).unwrap().open(Opener::Passphrase, b"passphrase").unwrap();
        prop_assert_eq!(&*read, &content);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_damage(place in any::<prop::sample::Index>(), bit in 0..8, cut in any::<prop::sample::Index>()) {
        let file = sealer(Kind::Vault).seal(b"content").unwrap();
        let mut flipped = file.clone();
        flipped[place.index(file.len())] ^= 1_u8 << bit;
        prop_assert_eq!(trouble(Sealed::read(Kind::Vault, &flipped)), Trouble::VaultDamaged);
        prop_assert_eq!(trouble(Sealed::read(Kind::Vault, &file[..cut.index(file.len())])), Trouble::VaultDamaged);
        let mut longer = file;
        longer.push(0);
        prop_assert_eq!(trouble(Sealed::read(Kind::Vault, &longer)), Trouble::VaultDamaged);
    }

    #[test]
    fn foreign_bytes_are_damage_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), count in 0..=255_u8) {
        prop_assert_eq!(trouble(Sealed::read(Kind::Transfer, &bytes)), Trouble::SealedFileDamaged);
        // The same behind a head and a checksum that are right.
        let mut headed = preamble(Kind::Transfer);
        headed.push(count);
        headed.extend_from_slice(&bytes);
        let _ = Sealed::read(Kind::Transfer, &with_checksum(headed));
    }
}

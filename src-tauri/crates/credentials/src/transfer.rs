//! Connections with their credentials on their way to another computer, in a file that a passphrase seals.
//!
//! No recovery code: whoever forgot the passphrase exports once more. Customers do not travel, and neither does
//! anything that the providers will tell the other computer themselves. What is added and what is replaced there is the
//! importing side's decision.

use crate::kept_file::{problem_of, put_in_place};
use crate::layout::{Malformed, Reader, Writer};
use crate::sealed::{KeyCost, Kind, MOST_BYTES, Opener, Sealed, Sealer};
use crate::{off_the_runtime, passphrase};
use kyc::{Credential, Environment, Problem, ProviderId, RequestLimits, Trouble};
use secrecy::{ExposeSecret, SecretString};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const FORMAT: u16 = 1;

/// The ending of such a file's name, without the dot.
pub const FILE_EXTENSION: &str = "vouch-connections";

/// What travels.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// In the order in which they are listed.
    pub connections: Vec<TransferredConnection>,
}

/// A connection with everything that another computer needs to use it.
#[derive(Debug, Clone)]
pub struct TransferredConnection {
    /// Which provider; the other Vouch may not know it.
    pub provider: ProviderId,
    /// Which installation of it.
    pub environment: Environment,
    /// The officer's own name for it; may be empty.
    pub label: String,
    /// The address that requests are built from.
    pub base_url: String,
    /// The request budget.
    pub limits: RequestLimits,
    /// Key and secret.
    pub credential: Credential,
}

/// Seals connections by a passphrase. Takes as long as Argon2 takes; [`write_bundle`] does it off the runtime.
///
/// # Errors
/// `BadInput` of the field `passphrase` for a weak one; `Internal` for more than 16 MiB.
pub fn seal_bundle(bundle: &Bundle, passphrase: &SecretString, cost: KeyCost) -> Result<Vec<u8>, Problem> {
    passphrase::accept(passphrase)?;
    let content = to_bytes(bundle).map_err(|Malformed| Trouble::Internal)?;
    let mut sealer = Sealer::new(Kind::Transfer)?;
    sealer.set_slot(Opener::Passphrase, passphrase::canonical(passphrase).as_bytes(), cost)?;
    sealer.seal(&content)
}

/// Opens what [`seal_bundle`] made. Takes as long as Argon2 takes; [`read_bundle`] does it off the runtime.
///
/// # Errors
/// `SealedFileDamaged` for what was cut off, changed or is no such file; `SealedFileNewer` when a newer Vouch wrote it;
/// `PassphraseWrong`, without a time to wait for.
pub fn open_bundle(bytes: &[u8], passphrase: &SecretString) -> Result<Bundle, Problem> {
    let sealed = Sealed::read(Kind::Transfer, bytes)?;
    let (content, _) = sealed.open(Opener::Passphrase, passphrase::canonical(passphrase).as_bytes())?;
    from_bytes(&content)
}

/// Seals connections into a file, readable by its owner only, in place of one that is there. The old one stays when it
/// fails.
///
/// # Errors
/// As for [`seal_bundle`], and the disk's troubles.
pub async fn write_bundle(
    path: PathBuf,
    bundle: Bundle,
    passphrase: SecretString,
    cost: KeyCost,
) -> Result<(), Problem> {
    off_the_runtime(move || {
        let sealed = seal_bundle(&bundle, &passphrase, cost)?;
        // What cannot be opened again is better not in place of anything.
        open_bundle(&sealed, &passphrase).map_err(|_| Trouble::Internal)?;
        put_in_place(&path, &sealed).map_err(|error| problem_of(&error))?;
        if *bytes_of(&path)? == sealed { Ok(()) } else { Err(Trouble::Disk.into()) }
    })
    .await
}

/// Opens a file that [`write_bundle`] made.
///
/// # Errors
/// As for [`open_bundle`]; `FileMissing` and the disk's troubles.
pub async fn read_bundle(path: PathBuf, passphrase: SecretString) -> Result<Bundle, Problem> {
    off_the_runtime(move || open_bundle(&bytes_of(&path)?, &passphrase)).await
}

/// Whether a file is one of these and whole, which can be told before anybody types a passphrase.
///
/// # Errors
/// As for [`read_bundle`], but for the passphrase.
pub async fn inspect_bundle(path: PathBuf) -> Result<(), Problem> {
    off_the_runtime(move || Sealed::read(Kind::Transfer, &bytes_of(&path)?).map(drop)).await
}

fn bytes_of(path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Trouble::FileMissing.into(),
        _ => problem_of(&error),
    })?;
    let mut bytes = Zeroizing::new(Vec::new());
    // One more than any of ours has; whatever is longer is damaged in the eyes of who reads it.
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| problem_of(&error))?;
    Ok(bytes)
}

fn to_bytes(bundle: &Bundle) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let mut writer = Writer::new();
    writer.u16(FORMAT);
    writer.count(bundle.connections.len())?;
    for connection in &bundle.connections {
        writer.text(connection.provider.as_str())?;
        writer.text(connection.environment.name())?;
        writer.text(&connection.label)?;
        writer.text(&connection.base_url)?;
        for limit in [connection.limits.per_minute, connection.limits.per_hour] {
            writer.u8(u8::from(limit.is_some()));
            writer.u32(limit.unwrap_or_default());
        }
        writer.text(connection.credential.api_key.expose_secret())?;
        writer.text(connection.credential.api_secret.expose_secret())?;
    }
    Ok(writer.finish())
}

fn from_bytes(bytes: &[u8]) -> Result<Bundle, Problem> {
    let damaged = |_| Problem::from(Trouble::SealedFileDamaged);
    let mut reader = Reader::new(bytes);
    if reader.u16().map_err(damaged)? > FORMAT {
        return Err(Trouble::SealedFileNewer.into());
    }
    let mut read = || {
        let count = reader.u32()?;
        let connections = (0..count).map(|_| read_connection(&mut reader)).collect::<Result<_, _>>()?;
        reader.end()?;
        Ok(Bundle { connections })
    };
    read().map_err(damaged)
}

fn read_connection(reader: &mut Reader<'_>) -> Result<TransferredConnection, Malformed> {
    let provider = ProviderId::new(reader.text()?);
    let environment = Environment::from_name(reader.text()?).ok_or(Malformed)?;
    let (label, base_url) = (reader.text()?.to_owned(), reader.text()?.to_owned());
    let mut limit = || {
        let (set, limit) = (reader.u8()? != 0, reader.u32()?);
        Ok(set.then_some(limit))
    };
    let limits = RequestLimits { per_minute: limit()?, per_hour: limit()? };
    let credential = Credential::parse(reader.text()?, reader.text()?).map_err(|_| Malformed)?;
    Ok(TransferredConnection { provider, environment, label, base_url, limits, credential })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PASSPHRASE: &str = "a passphrase for tests";

    fn cheap() -> KeyCost {
        KeyCost::new(8, 1, 1).unwrap()
    }

    fn connections() -> impl Strategy<Value = TransferredConnection> {
        let environments = prop::sample::select(vec![Environment::Live, Environment::Sandbox, Environment::Custom]);
        let limits = (any::<Option<u32>>(), any::<Option<u32>>());
        ("[a-z]{1,12}", environments, ".{0,40}", ".{0,60}", limits, "[!-~]{1,40}", "[!-~]{1,40}").prop_map(
            |(provider, environment, label, base_url, (per_minute, per_hour), key, secret)| TransferredConnection {
                provider: ProviderId::new(provider),
                environment,
                label,
                base_url,
                limits: RequestLimits { per_minute, per_hour },
                credential: Credential::parse(&key, &secret).unwrap(),
            },
        )
    }

    /// Everything of a connection, to be compared; only tests may write it out.
    fn told(connection: &TransferredConnection) -> String {
        let TransferredConnection { provider, environment, label, base_url, limits, credential } = connection;
        let (key, secret) = (credential.api_key.expose_secret(), credential.api_secret.expose_secret());
        format!("{provider} {environment:?} {label:?} {base_url:?} {limits:?} {key} {secret}")
    }

    fn example() -> Bundle {
        let credential = Credential::parse("pk_test_example", "sk_test_visible").unwrap();
        let connection = TransferredConnection {
            provider: ProviderId::new("loveandpay"),
            environment: Environment::Sandbox,
            label: "Мерчант".to_owned(),
            base_url: "https://sandbox.example.com/api/v2".to_owned(),
            limits: RequestLimits { per_minute: Some(0), per_hour: None },
            credential,
        };
        Bundle { connections: vec![connection] }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn every_bundle_arrives(connections in prop::collection::vec(connections(), 0..6)) {
            let sealed = seal_bundle(&Bundle { connections: connections.clone() }, &PASSPHRASE.into(), cheap()).unwrap();
            let opened = open_bundle(&sealed, &PASSPHRASE.into()).unwrap();
            let (sent, arrived): (Vec<_>, Vec<_>) =
                (connections.iter().map(told).collect(), opened.connections.iter().map(told).collect());
            prop_assert_eq!(sent, arrived);
        }

        #[test]
        fn a_spoilt_file_is_damaged(place in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
            let sealed = seal_bundle(&example(), &PASSPHRASE.into(), cheap()).unwrap();
            let mut flipped = sealed.clone();
            flipped[place.index(sealed.len())] ^= 0x20;
            for spoilt in [&flipped[..], &sealed[..cut.index(sealed.len())]] {
                let problem = open_bundle(spoilt, &PASSPHRASE.into()).unwrap_err();
                prop_assert_eq!(problem.trouble, Trouble::SealedFileDamaged);
            }
        }

        #[test]
        fn foreign_contents_are_damage_and_no_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            bytes.splice(0..0, [1, 0]);
            let _ = from_bytes(&bytes);
        }
    }

    #[test]
    fn a_wrong_passphrase_and_a_weak_one_are_told() {
        let sealed = seal_bundle(&example(), &PASSPHRASE.into(), cheap()).unwrap();
        let wrong = open_bundle(&sealed, &"another passphrase".into()).unwrap_err();
        assert_eq!(wrong.trouble, Trouble::PassphraseWrong { until: None });
        let weak = seal_bundle(&example(), &"12345678901".into(), cheap()).unwrap_err();
        assert_eq!(weak.trouble, Trouble::BadInput { field: "passphrase" });
        let needle = b"sk_test_visible";
        assert!(!sealed.windows(needle.len()).any(|window| window == needle));
    }

    #[test]
    fn contents_of_a_later_format_are_told_apart() {
        assert_eq!(from_bytes(&[2, 0, 9]).unwrap_err().trouble, Trouble::SealedFileNewer);
        assert_eq!(from_bytes(&[1]).unwrap_err().trouble, Trouble::SealedFileDamaged);
    }

    #[tokio::test]
    async fn a_file_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("connections.vouch-connections");
        let missing = read_bundle(path.clone(), PASSPHRASE.into()).await.unwrap_err();
        assert_eq!(missing.trouble, Trouble::FileMissing);
        write_bundle(path.clone(), example(), PASSPHRASE.into(), cheap()).await.unwrap();
        inspect_bundle(path.clone()).await.unwrap();
        let read = read_bundle(path.clone(), PASSPHRASE.into()).await.unwrap();
        assert_eq!(told(&read.connections[0]), told(&example().connections[0]));
        write_bundle(path.clone(), example(), "12345678901".into(), cheap()).await.unwrap_err();
        read_bundle(path.clone(), PASSPHRASE.into()).await.unwrap();
        let nowhere = folder.path().join("gone/connections");
        assert_eq!(
            write_bundle(nowhere, example(), PASSPHRASE.into(), cheap()).await.unwrap_err().trouble,
            Trouble::Disk
        );
        std::fs::write(&path, "name,secret\n").unwrap();
        assert_eq!(inspect_bundle(path).await.unwrap_err().trouble, Trouble::SealedFileDamaged);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn nothing_of_it_is_printed() {
        assert!(!format!("{:?}", example()).contains("visible"));
    }
}

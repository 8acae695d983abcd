//! How Vouch is started: the command line, and from it the folder that everything is kept in.

use crate::ipc::Language;
use clap::Parser;
use secrecy::SecretString;
use std::path::PathBuf;
#[cfg(unix)]
use zeroize::Zeroizing;

/// A desk for compliance officers: every payment provider's customers in one searchable grid.
#[derive(Debug, Clone, Parser)]
#[command(name = "vouch", version)]
pub struct StartOptions {
    /// Keep everything that Vouch stores in this folder instead of the system's usual place.
    #[arg(long, value_name = "DIR", conflicts_with = "demo")]
    pub profile: Option<PathBuf>,

    /// Open on sample customers of the built-in sandbox, in a profile that is thrown away at the end.
    #[arg(long)]
    pub demo: bool,

    /// Number of sample customers at each provider.
    #[arg(long, value_name = "N", default_value_t = 2_000, requires = "demo")]
    pub customers: usize,

    /// Seed from which the sample customers are made; the same seed makes the same customers.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "demo")]
    pub seed: u64,

    /// Read the passphrase of the sealed vault, or of the lock, from this open file descriptor: one line, as a password
    /// manager or a supervisor hands it over.
    #[cfg(unix)]
    #[arg(long, value_name = "N", conflicts_with = "demo")]
    pub vault_passphrase_fd: Option<u32>,

    /// Language of the interface for this start.
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<Language>,
}

/// Longest passphrase that is read from a file descriptor, in bytes.
#[cfg(unix)]
const PASSPHRASE_LIMIT: u64 = 4_096;

impl StartOptions {
    /// The passphrase that waits at the file descriptor, without the end of its line; `None` when none was announced, it
    /// cannot be read or is no text, which the lock screen then makes good.
    #[cfg(unix)]
    pub fn passphrase(&self) -> Option<SecretString> {
        let read = read_passphrase(&format!("/dev/fd/{}", self.vault_passphrase_fd?));
        read.inspect_err(|error| tracing::warn!(%error, "no passphrase can be read from the file descriptor")).ok()
    }

    /// Elsewhere a file descriptor is nothing that is handed over.
    #[cfg(not(unix))]
    pub fn passphrase(&self) -> Option<SecretString> {
        None
    }
}

#[cfg(unix)]
fn read_passphrase(path: &str) -> std::io::Result<SecretString> {
    use std::io::Read;
    // With room for all of it, so that nothing is moved while reading.
    let mut bytes = Zeroizing::new(Vec::with_capacity(PASSPHRASE_LIMIT as usize + 1));
    std::fs::File::open(path)?.take(PASSPHRASE_LIMIT).read_to_end(&mut bytes)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| std::io::Error::other("it is no text"))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let mut owned = String::with_capacity(line.len());
    owned.push_str(line);
    Ok(SecretString::from(owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<StartOptions, clap::Error> {
        StartOptions::try_parse_from(std::iter::once(&"vouch").chain(words))
    }

    #[test]
    fn a_demo_takes_its_size_and_seed() {
        let options = parse(&["--demo", "--customers", "5", "--seed", "9", "--lang", "ru"]).unwrap();
        assert!(options.demo);
        assert_eq!((options.customers, options.seed, options.lang), (5, 9, Some(Language::Ru)));
    }

    #[test]
    fn a_demo_never_touches_a_real_profile() {
        assert!(parse(&["--demo", "--profile", "/somewhere"]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_passphrase_is_read_from_a_file_descriptor() {
        use secrecy::ExposeSecret;
        use std::io::Write;
        use std::os::fd::AsRawFd;
        for (written, expected) in [("open sesame\n", "open sesame"), ("no end", "no end"), (" kept \r\n", " kept ")] {
            let (reader, mut writer) = std::io::pipe().unwrap();
            writer.write_all(written.as_bytes()).unwrap();
            drop(writer);
            let options = parse(&["--vault-passphrase-fd", &reader.as_raw_fd().to_string()]).unwrap();
            assert_eq!(options.passphrase().unwrap().expose_secret(), expected);
        }
        assert!(parse(&["--vault-passphrase-fd", "999999"]).unwrap().passphrase().is_none());
        assert!(parse(&[]).unwrap().passphrase().is_none());
        assert!(parse(&["--demo", "--vault-passphrase-fd", "3"]).is_err());
    }

    #[test]
    fn sizes_belong_to_the_demo() {
        assert!(parse(&["--customers", "5"]).is_err());
        assert!(parse(&["--lang", "de"]).is_err());
        assert!(parse(&[]).is_ok());
    }
}

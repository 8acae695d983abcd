//! The profile that is measured: made on the stage by the product's own desk, from the sandbox's customers over HTTP.
//!
//! It is made in a process of its own, which runs on the stage and so meets the stage's keyring. The keyring's files are kept
//! along with the profile: they open the book, and nobody else's keyring has its key.

use crate::run::Outcome;
use credentials::Secrets;
use desk::{ConnectionDraft, ConnectionStatus, Desk, ProfileFolder};
use kyc::{Environment, ProviderId, RequestLimits};
use providers::SystemClock;
use sandbox::{Options, Sandbox};
use stage::{Keyring, Stage};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Set in the environment of the process that makes a profile.
const FOLDER: &str = "VOUCH_BENCH_MAKE_PROFILE";
const CUSTOMERS: &str = "VOUCH_BENCH_MAKE_CUSTOMERS";

/// A profile that lies beside the keyring that opens it.
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// Where the profile is.
    pub fn profile(&self) -> PathBuf {
        self.folder.join("profile")
    }

    /// A stage whose keyring opens the profile.
    pub async fn stage(&self) -> Outcome<Stage> {
        let mut stage = Stage::builder().start().await?;
        stage.set_keyring(Keyring::Absent).await?;
        copy(&self.folder.join("keyrings"), &keyrings(&stage))?;
        stage.set_keyring(Keyring::Unlocked).await?;
        Ok(stage)
    }

    /// Makes a profile with so many customers in `folder`, unless one was made there before.
    pub async fn with(folder: &Path, customers: usize) -> Outcome<Self> {
        let kept = Self { folder: folder.join(customers.to_string()) };
        if kept.folder.exists() {
            return Ok(kept);
        }
        let stage = Stage::builder().start().await?;
        let draft = folder.join("draft");
        if draft.exists() {
            std::fs::remove_dir_all(&draft)?;
        }
        std::fs::create_dir_all(&draft)?;
        let mut command = stage.command(std::env::current_exe()?);
        command.env(FOLDER, draft.join("profile")).env(CUSTOMERS, customers.to_string());
        let status = command.status()?;
        if !status.success() {
            return Err(format!("no profile could be made ({status})").into());
        }
        copy(&keyrings(&stage), &draft.join("keyrings"))?;
        // Only what is whole is found there the next time.
        std::fs::rename(&draft, &kept.folder)?;
        Ok(kept)
    }
}

fn keyrings(stage: &Stage) -> PathBuf {
    stage.home().join(".local/share/keyrings")
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Makes the profile, when this process is the one that is to; says whether it was.
pub async fn made_here() -> Outcome<bool> {
    let (Some(folder), Ok(customers)) = (std::env::var_os(FOLDER), std::env::var(CUSTOMERS)) else { return Ok(false) };
    make(Path::new(&folder), customers.parse()?).await?;
    Ok(true)
}

async fn make(folder: &Path, customers: usize) -> Outcome<()> {
    let folder = ProfileFolder::new(folder);
    let desk = Desk::open(&folder, Secrets::open(folder.path())?, Arc::new(SystemClock::new())).await?;
    let mut emulators = Vec::new();
    for provider in [sandbox::Provider::LoveAndPay, sandbox::Provider::Cryptopocket] {
        let options = Options::new(provider, jiff::Timestamp::now());
        let options = Options { customers: customers / 2, seed: 1, rate_limit: false, ..options };
        let emulator = Sandbox::start(options).await?;
        let draft = ConnectionDraft {
            provider: ProviderId::new(provider.name()),
            environment: Environment::Custom,
            label: String::new(),
            base_url: emulator.base_url.clone(),
            api_key: emulator.api_key.as_str().into(),
            api_secret: emulator.api_secret.as_str().into(),
            limits: RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        };
        desk.save(draft, None).await?;
        emulators.push(emulator);
    }
    let mut news = desk.news();
    while !desk.connections().iter().all(is_walked) {
        news.connections.changed().await?;
    }
    // Nothing is fetched any more: the emulators end with this process.
    for status in desk.connections() {
        desk.set_connection_enabled(&status.connection.id, false).await?;
    }
    desk.close().await;
    for emulator in emulators {
        emulator.stop().await;
    }
    Ok(())
}

fn is_walked(status: &ConnectionStatus) -> bool {
    status.activity.state == sync::State::Idle && status.activity.last_complete.is_some()
}

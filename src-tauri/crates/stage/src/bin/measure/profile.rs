//! The profile that is measured: made by the app itself from the emulators' customers, over HTTP.
//!
//! The keyring's files are kept along with it: they open its book, and nobody else's keyring has its key.

use crate::run::{Outcome, Programs};
use stage::{Keyring, Process, Stage, Window, wait_until};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a million customers may take to come in, on a machine that does other things too.
const LONG: Duration = Duration::from_secs(1_800);
/// After this time it is told again how far the waiting has come.
const TELL_AFTER: Duration = Duration::from_secs(15);
/// As the sandbox and the connection form call them.
const PROVIDERS: [&str; 2] = ["loveandpay", "cryptopocket"];
const FORM: &str = "form[data-testid=connection-form]";

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
    pub async fn with(folder: &Path, customers: u64, programs: &Programs) -> Outcome<Self> {
        let kept = Self { folder: folder.join(customers.to_string()) };
        if kept.folder.exists() {
            return Ok(kept);
        }
        let draft = folder.join("draft");
        if draft.exists() {
            std::fs::remove_dir_all(&draft)?;
        }
        std::fs::create_dir_all(&draft)?;
        let stage = Stage::builder().start().await?;
        let window = stage.launch(programs.app_with(&draft.join("profile"))).await?;
        for provider in PROVIDERS {
            let emulator = Emulator::start(&stage, &programs.sandbox, provider, customers / 2).await?;
            connect(&window, &emulator, provider).await?;
            let connection = format!("[data-testid=connection][data-provider={provider}]");
            wait_long(&window, &connection, "data-synced", &(customers / 2).to_string()).await?;
            wait_long(&window, &connection, "data-state", "idle").await?;
        }
        // Nothing is fetched any more: the emulators end here.
        window.click("[data-testid=open-credentials]").await?;
        for _ in PROVIDERS {
            let active = "[data-testid=credential][data-standing=active]";
            window.wait_for(active).await?;
            let id = window.attribute(active, "data-connection").await?.unwrap_or_default();
            let credential = format!("[data-testid=credential][data-connection='{id}']");
            window.click(&format!("{credential} [data-testid=disable]")).await?;
            window.wait_for_attribute(&credential, "data-standing", "disabled").await?;
        }
        window.click("[data-testid=credentials-back]").await?;
        window.wait_for("[role=grid]").await?;
        wait_long(&window, "[data-testid=results]", "data-busy", "false").await?;
        window.close().await?;
        copy(&keyrings(&stage), &draft.join("keyrings"))?;
        // Only what is whole is found there the next time.
        std::fs::rename(&draft, &kept.folder)?;
        Ok(kept)
    }
}

async fn wait_long(window: &Window, css: &str, attribute: &str, value: &str) -> Outcome<()> {
    let mut told = std::time::Instant::now();
    wait_until(&format!("{attribute} of {css} to be {value}"), LONG, async || {
        let seen = window.attribute(css, attribute).await?;
        if told.elapsed() > TELL_AFTER {
            told = std::time::Instant::now();
            eprintln!("{attribute} of {css}: {} of {value}", seen.as_deref().unwrap_or("none"));
        }
        Ok(if seen.as_deref() == Some(value) { Ok(()) } else { Err(format!("{seen:?}")) })
    })
    .await?;
    Ok(())
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

/// A provider's emulator, and what it told about itself when it started.
struct Emulator {
    base_url: String,
    api_key: String,
    api_secret: String,
    #[expect(dead_code, reason = "held because it runs until it is dropped")]
    process: Process,
}

impl Emulator {
    async fn start(stage: &Stage, program: &Path, provider: &str, customers: u64) -> Outcome<Self> {
        let mut command = stage.command(program);
        command.args(["--provider", provider, "--port", "0", "--customers", &customers.to_string()]);
        let mut process = stage.start(&mut command)?;
        let said = process
            .wait_for_output("the emulator to be ready", |said| said.ends_with("ready\n").then(|| said.to_owned()))
            .await?;
        let line = |key: &str| {
            said.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap_or_default().to_owned()
        };
        Ok(Self { base_url: line("base_url"), api_key: line("api_key"), api_secret: line("api_secret"), process })
    }
}

/// Fills the connection form for an emulator, without limits, and saves it.
async fn connect(window: &Window, emulator: &Emulator, provider: &str) -> Outcome<()> {
    window.wait_for("[data-testid=welcome-connect], [data-testid=connection-add]").await?;
    let first = window.count("[data-testid=welcome-connect]").await? > 0;
    window.click(if first { "[data-testid=welcome-connect]" } else { "[data-testid=connection-add]" }).await?;
    window.click(&format!("{FORM} [name=provider][value={provider}]")).await?;
    window.click(&format!("{FORM} [name=environment][value=custom]")).await?;
    let credentials =
        [("base_url", &emulator.base_url), ("api_key", &emulator.api_key), ("api_secret", &emulator.api_secret)];
    for (name, text) in credentials {
        window.fill(&format!("{FORM} [name={name}]"), text).await?;
    }
    let script = "return document.querySelector(arguments[0]).open";
    if !window.run::<bool>(script, vec![format!("{FORM} details").into()]).await? {
        window.click(&format!("{FORM} summary")).await?;
    }
    for name in ["requests_per_minute", "requests_per_hour"] {
        window.fill(&format!("{FORM} [name={name}]"), "0").await?;
    }
    window.click("[data-testid=connection-save]").await?;
    window.wait_until_gone(FORM).await?;
    Ok(())
}

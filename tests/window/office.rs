//! An officer's machine with one profile, and what officers do with the app.

use crate::provider::Provider;
use stage::{App, Fault, Keyring, Stage, Window};
use std::path::{Path, PathBuf};

/// The built app. Cargo builds it before these tests.
pub const VOUCH: &str = env!("CARGO_BIN_EXE_vouch");

/// Where screenshots of failures go.
pub const FAILURES: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/window");

/// A machine with a profile folder.
pub struct Office {
    pub stage: Stage,
    profile: PathBuf,
}

impl Office {
    /// A machine whose profile is empty.
    pub async fn new(keyring: Keyring) -> Result<Self, Fault> {
        let stage = Stage::builder().keyring(keyring).start().await?;
        let profile = stage.root().join("profile");
        Ok(Self { stage, profile })
    }

    /// The folder that holds everything that the app stores.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// Starts the app and waits until it shows more than that it is loading.
    pub async fn open_app(&self) -> Result<Window, Fault> {
        self.open_app_with(|app| app).await
    }

    /// Starts the app on another profile of this machine.
    pub async fn open_profile(&self, profile: &Path) -> Result<Window, Fault> {
        self.open(profile, |app| app).await
    }

    /// The same, without waiting for what it shows.
    pub async fn open_app_at_once(&self) -> Result<Window, Fault> {
        let app = App::new(VOUCH).arg("--profile").arg(self.profile.to_string_lossy()).arg("--lang").arg("en");
        self.stage.launch(app.failures_into(FAILURES)).await
    }

    /// The same, started in another way.
    pub async fn open_app_with(&self, change: impl FnOnce(App) -> App) -> Result<Window, Fault> {
        self.open(&self.profile, change).await
    }

    async fn open(&self, profile: &Path, change: impl FnOnce(App) -> App) -> Result<Window, Fault> {
        let app = App::new(VOUCH).arg("--profile").arg(profile.to_string_lossy()).arg("--lang").arg("en");
        let window = self.stage.launch(change(app).failures_into(FAILURES)).await?;
        window
            .wait_for(
                "[data-testid=welcome], [data-testid=connection], [data-testid=lock-screen], [role=alert][data-problem]",
            )
            .await?;
        Ok(window)
    }
}

/// What stands in the connection form.
#[derive(Clone)]
pub struct Entries<'a> {
    pub provider: &'a str,
    pub base_url: &'a str,
    pub api_key: &'a str,
    pub api_secret: &'a str,
}

impl<'a> Entries<'a> {
    /// What an officer types who has been given an emulator's address and keys.
    pub fn for_provider(provider: &'a Provider) -> Self {
        Self {
            provider: provider.name,
            base_url: &provider.base_url,
            api_key: &provider.api_key,
            api_secret: &provider.api_secret,
        }
    }
}

/// Opens the connection form, from wherever the app is.
pub async fn open_form(window: &Window) -> Result<(), Fault> {
    let first = window.count("[data-testid=welcome-connect]").await? > 0;
    window.click(if first { "[data-testid=welcome-connect]" } else { "[data-testid=connection-add]" }).await?;
    window.wait_for(FORM).await.map(drop)
}

const FORM: &str = "form[data-testid=connection-form]";
const RESULT: &str = "[data-testid=connection-result]";

/// Fills the form for an address of one's own, without limits.
pub async fn fill_form(window: &Window, entries: &Entries<'_>) -> Result<(), Fault> {
    window.click(&format!("{FORM} [name=provider][value={}]", entries.provider)).await?;
    window.click(&format!("{FORM} [name=environment][value=custom]")).await?;
    for (name, text) in
        [("base_url", entries.base_url), ("api_key", entries.api_key), ("api_secret", entries.api_secret)]
    {
        window.fill(&format!("{FORM} [name={name}]"), text).await?;
    }
    let advanced: bool =
        window.run("return document.querySelector(arguments[0]).open", vec![format!("{FORM} details").into()]).await?;
    if !advanced {
        window.click(&format!("{FORM} summary")).await?;
    }
    for name in ["requests_per_minute", "requests_per_hour"] {
        window.fill(&format!("{FORM} [name={name}]"), "0").await?;
    }
    Ok(())
}

/// Presses "test" and waits for the outcome: `None` when the connection works, else the problem's code.
pub async fn test_connection(window: &Window) -> Result<Option<String>, Fault> {
    window.click("[data-testid=connection-test]").await?;
    let state = window.wait_for_attribute_that(RESULT, "data-state", "an outcome", |_| true).await?;
    match state.as_str() {
        "ok" => Ok(None),
        _ => window.attribute(RESULT, "data-problem").await,
    }
}

/// Saves the form and waits until it is gone.
pub async fn save_connection(window: &Window) -> Result<(), Fault> {
    window.click("[data-testid=connection-save]").await?;
    window.wait_until_gone(FORM).await
}

/// Closes the form without saving.
pub async fn leave_form(window: &Window) -> Result<(), Fault> {
    window.click(&format!("{FORM} [data-testid=cancel]")).await?;
    window.wait_until_gone(FORM).await
}

/// Connects an emulator through the form, with a test before saving.
pub async fn connect(window: &Window, provider: &Provider) -> Result<(), Box<dyn std::error::Error>> {
    open_form(window).await?;
    fill_form(window, &Entries::for_provider(provider)).await?;
    assert_eq!(test_connection(window).await?, None, "{} accepts its own keys", provider.name);
    save_connection(window).await?;
    Ok(())
}

/// The side bar's entry for a provider's connection.
pub fn connection(provider: &Provider) -> String {
    format!("[data-testid=connection][data-provider={}]", provider.name)
}

/// Waits until a connection's walk has ended well, with so many customers.
pub async fn wait_until_synced(window: &Window, provider: &Provider, customers: usize) -> Result<(), Fault> {
    let connection = connection(provider);
    window.wait_for_attribute(&connection, "data-state", "idle").await?;
    window.wait_for_attribute(&connection, "data-synced", &customers.to_string()).await
}

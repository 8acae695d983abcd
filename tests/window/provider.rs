//! A provider's emulator as a process of its own.

use crate::office::VOUCH;
use serde_json::{Value, json};
use stage::{Fault, Process, Stage};
use std::path::Path;

type Answer<T> = Result<T, Box<dyn std::error::Error>>;

/// A running emulator, and what it told about itself when it started.
pub struct Provider {
    pub name: &'static str,
    pub base_url: String,
    pub api_key: String,
    pub api_secret: String,
    control_url: String,
    process: Process,
}

impl Provider {
    /// Love&Pay with so many synthetic customers; further words are further options.
    pub async fn loveandpay(stage: &Stage, customers: u32, options: &[&str]) -> Result<Self, Fault> {
        Self::start(stage, "loveandpay", customers, options).await
    }

    /// Cryptopocket with so many synthetic customers; further words are further options.
    pub async fn cryptopocket(stage: &Stage, customers: u32, options: &[&str]) -> Result<Self, Fault> {
        Self::start(stage, "cryptopocket", customers, options).await
    }

    async fn start(stage: &Stage, name: &'static str, customers: u32, options: &[&str]) -> Result<Self, Fault> {
        // Cargo tells where this package's own programs are; the emulator is built beside them.
        let program = Path::new(VOUCH).with_file_name("sandbox");
        let mut command = stage.command(program);
        command.args(["--provider", name, "--port", "0", "--customers", &customers.to_string(), "--seed", "7"]);
        command.args(options);
        let mut process = stage.start(&mut command)?;
        let said = process
            .wait_for_output("the emulator to be ready", |said| said.ends_with("ready\n").then(|| said.to_owned()))
            .await?;
        let line = |key: &str| {
            said.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap_or_default().to_owned()
        };
        Ok(Self {
            name,
            base_url: line("base_url"),
            api_key: line("api_key"),
            api_secret: line("api_secret"),
            control_url: line("control_url"),
            process,
        })
    }

    /// All its customers, in its own words.
    pub async fn customers(&self) -> Answer<Vec<Value>> {
        let text = reqwest::get(format!("{}/customers", self.control_url)).await?.error_for_status()?.text().await?;
        match serde_json::from_str::<Value>(&text)?["customers"].take() {
            Value::Array(customers) => Ok(customers),
            other => Err(format!("no list of customers: {other}").into()),
        }
    }

    /// New customers, like those of one that is there, each under an id of its own.
    pub async fn add_customers(&self, ids: &[&str]) -> Answer<()> {
        self.add_like(self.customers().await?.swap_remove(0), ids).await
    }

    /// New customers, like the one of an id.
    pub async fn add_customers_like(&self, like: &str, ids: &[&str]) -> Answer<()> {
        let model = self.customers().await?.into_iter().find(|customer| customer["id"] == *like);
        self.add_like(model.ok_or_else(|| format!("no customer {like}"))?, ids).await
    }

    async fn add_like(&self, model: Value, ids: &[&str]) -> Answer<()> {
        for id in ids {
            let mut new = model.clone();
            new["id"] = json!(id);
            new["email"] = json!(format!("{id}@example.com"));
            self.tell("customers", &new).await?;
        }
        Ok(())
    }

    /// A customer changes there: these fields become these values.
    pub async fn change_customer(&self, id: &str, fields: Value) -> Answer<()> {
        self.tell(&format!("customers/{id}"), &fields).await
    }

    async fn tell(&self, what: &str, body: &Value) -> Answer<()> {
        let request = reqwest::Client::new().post(format!("{}/{what}", self.control_url));
        request.body(body.to_string()).send().await?.error_for_status()?;
        Ok(())
    }

    /// From now on every request meets this fault.
    pub async fn set_fault(&self, fault: Value) -> Answer<()> {
        self.set_faults(json!([fault])).await
    }

    /// From now on it answers well again.
    pub async fn clear_faults(&self) -> Answer<()> {
        self.set_faults(json!([])).await
    }

    async fn set_faults(&self, faults: Value) -> Answer<()> {
        self.tell("faults", &json!({ "faults": faults })).await
    }

    /// Ends the process, as when the provider cannot be reached any more.
    pub async fn stop(self) -> Result<(), Fault> {
        self.process.end().await
    }
}

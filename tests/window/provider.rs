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
    merchant: Merchant,
    process: Process,
}

/// Whose customers an emulator has.
#[derive(Debug, Clone)]
pub struct Merchant {
    pub customers: u32,
    pub seed: u32,
    /// What the key ends in; else in whatever the seed makes of it.
    pub key_tail: Option<&'static str>,
}

impl Provider {
    /// Love&Pay with so many synthetic customers; further words are further options.
    pub async fn loveandpay(stage: &Stage, customers: u32, options: &[&str]) -> Result<Self, Fault> {
        let merchant = Merchant { customers, seed: 7, key_tail: None };
        Self::start(stage, "loveandpay", merchant, 0, options).await
    }

    /// Cryptopocket with so many synthetic customers; further words are further options.
    pub async fn cryptopocket(stage: &Stage, customers: u32, options: &[&str]) -> Result<Self, Fault> {
        let merchant = Merchant { customers, seed: 7, key_tail: None };
        Self::start(stage, "cryptopocket", merchant, 0, options).await
    }

    /// Love&Pay as a merchant of one's choice has it.
    pub async fn of_merchant(stage: &Stage, merchant: Merchant) -> Result<Self, Fault> {
        Self::start(stage, "loveandpay", merchant, 0, &[]).await
    }

    /// Ends the process and starts another one at the same address, with the customers of `merchant`.
    pub async fn taken_over_by(self, stage: &Stage, merchant: Merchant) -> Answer<Self> {
        let (name, port) = (self.name, self.port()?);
        self.stop().await?;
        Ok(Self::start(stage, name, merchant, port, &[]).await?)
    }

    /// Ends the process by force, in the middle of whatever it was answering, and says how it comes back.
    pub fn go_away(self) -> Answer<Away> {
        // Dropping kills it.
        Ok(Away { name: self.name, merchant: self.merchant.clone(), port: self.port()? })
    }

    fn port(&self) -> Answer<u16> {
        Ok(reqwest::Url::parse(&self.base_url)?.port().ok_or("an emulator's address has a port")?)
    }

    async fn start(
        stage: &Stage,
        name: &'static str,
        merchant: Merchant,
        port: u16,
        options: &[&str],
    ) -> Result<Self, Fault> {
        // Cargo tells where this package's own programs are; the emulator is built beside them.
        let program = Path::new(VOUCH).with_file_name("sandbox");
        let mut command = stage.command(program);
        command.args(["--provider", name, "--port", &port.to_string()]);
        command.args(["--customers", &merchant.customers.to_string(), "--seed", &merchant.seed.to_string()]);
        if let Some(tail) = merchant.key_tail {
            command.args(["--key-tail", tail]);
        }
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
            merchant,
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

    /// New customers with a field that nobody knows, which holds `remark`.
    pub async fn add_remarked_customers(&self, count: usize, remark: &str) -> Answer<()> {
        let mut model = self.customers().await?.swap_remove(0);
        model["remark"] = json!(remark);
        for number in 0..count {
            model["id"] = json!(format!("remarked-{number}"));
            model["email"] = json!(format!("remarked-{number}@example.com"));
            self.tell("customers?unknown=allow", &model).await?;
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

    /// How many pages of its list were asked for since it started.
    pub async fn pages_asked_for(&self) -> Answer<u64> {
        let text = reqwest::get(format!("{}/requests", self.control_url)).await?.error_for_status()?.text().await?;
        Ok(serde_json::from_str::<Value>(&text)?["by_operation"]["list"].as_u64().unwrap_or(0))
    }

    /// From now on every request meets this fault.
    pub async fn set_fault(&self, fault: Value) -> Answer<()> {
        self.set_faults(json!([fault])).await
    }

    /// From now on it answers well again.
    pub async fn clear_faults(&self) -> Answer<()> {
        self.set_faults(json!([])).await
    }

    /// From now on requests meet these faults.
    pub async fn set_faults(&self, faults: Value) -> Answer<()> {
        self.tell("faults", &json!({ "faults": faults })).await
    }

    /// Ends the process, as when the provider cannot be reached any more.
    pub async fn stop(self) -> Result<(), Fault> {
        self.process.end().await
    }
}

/// An emulator that is gone, and how it comes back.
pub struct Away {
    name: &'static str,
    merchant: Merchant,
    port: u16,
}

impl Away {
    /// The same one at the same address, as it was when it started.
    pub async fn come_back(self, stage: &Stage) -> Result<Provider, Fault> {
        Provider::start(stage, self.name, self.merchant, self.port, &[]).await
    }
}

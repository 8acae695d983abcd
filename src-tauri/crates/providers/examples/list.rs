//! Reads a provider's whole list of customers and says what came.
//!
//! ```text
//! cargo run -p sandbox -- --provider loveandpay --port 7001 --customers 5000 --seed 1
//! VOUCH_KEY=pk_test_… VOUCH_SECRET=sk_test_… \
//!     cargo run -p providers --example list -- loveandpay http://127.0.0.1:7001/api/v2
//! ```
//!
//! The keys are those that the sandbox prints. They are read from the environment, so that they stay out of the shell's
//! list of processes.

#![allow(clippy::print_stdout, reason = "it is a command-line program")]

use kyc::{Credential, ProviderId, RequestLimits};
use providers::{Cursor, ListFilter, SystemClock, address, registry};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(provider), Some(typed)) = (arguments.next(), arguments.next()) else {
        return Err("usage: list PROVIDER BASE_URL, with VOUCH_KEY and VOUCH_SECRET set".into());
    };
    let base_url = address::parse(&typed).map_err(|fault| format!("{typed}: {fault:?}"))?;
    let credential = Credential::parse(&std::env::var("VOUCH_KEY")?, &std::env::var("VOUCH_SECRET")?)?;
    let unlimited = base_url.is_loopback().then_some(0);
    let limits = RequestLimits { per_minute: unlimited, per_hour: unlimited };
    let clock = Arc::new(SystemClock::new());
    let client = registry::connect(&ProviderId::new(provider), &base_url, limits, credential, clock, None)?;

    println!("announced: {:?}", client.verify().await?.customers);
    let started = Instant::now();
    let (mut pages, mut customers, mut rejected) = (0, 0, 0);
    let mut statuses: BTreeMap<String, u32> = BTreeMap::new();
    let mut next = Some(Cursor::start());
    while let Some(cursor) = next {
        let page = client.customers(&ListFilter::default(), &cursor).await?;
        pages += 1;
        customers += page.customers.len();
        rejected += page.rejected.len();
        for customer in &page.customers {
            *statuses.entry(customer.kyc.facet_value()).or_default() += 1;
        }
        next = page.next;
    }
    println!("{pages} pages, {customers} customers, {rejected} rejected, {:?}", started.elapsed());
    println!("{statuses:?}");
    Ok(())
}

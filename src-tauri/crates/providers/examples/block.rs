//! Blocks a customer of Love&Pay, looks at the card, lifts the block again, and says how each ended.
//!
//! ```text
//! cargo run -p sandbox -- --provider loveandpay --port 7001 --customers 5000 --seed 1
//! VOUCH_KEY=pk_test_… VOUCH_SECRET=sk_test_… cargo run -p providers --example block -- http://127.0.0.1:7001/api/v2
//! ```
//!
//! Without an id the first customer of the list who is not blocked is taken. To see what becomes of a lost answer, have the
//! sandbox lose it: `curl -X POST http://127.0.0.1:7001/control/faults -d '{"faults": [{"kind": "reset", "on": "block"}]}'`.

#![allow(clippy::print_stdout, reason = "it is a command-line program")]

use kyc::{Blocked, Credential, ProviderCustomerId, ProviderId, RequestLimits};
use providers::{BlockState, Cursor, ListFilter, Outcome, SystemClock, address, registry};
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let typed = arguments.next().ok_or("usage: block BASE_URL [ID], with VOUCH_KEY and VOUCH_SECRET set")?;
    let base_url = address::parse(&typed).map_err(|fault| format!("{typed}: {fault:?}"))?;
    if !base_url.is_loopback() {
        return Err("this is for trying: the address must be on this computer".into());
    }
    let credential = Credential::parse(&std::env::var("VOUCH_KEY")?, &std::env::var("VOUCH_SECRET")?)?;
    let limits = RequestLimits { per_minute: Some(0), per_hour: Some(0) };
    let clock = Arc::new(SystemClock::new());
    let client = registry::connect(&ProviderId::new("loveandpay"), &base_url, limits, credential, clock, None)?;

    let id = match arguments.next() {
        Some(id) => ProviderCustomerId::new(&id).ok_or("no such id")?,
        None => {
            let page = client.customers(&ListFilter::default(), &Cursor::start()).await?;
            let open = page.customers.into_iter().find(|customer| customer.blocked == Blocked::No);
            open.ok_or("nobody on the first page is open")?.id
        }
    };
    told("block", &client.block(&id, Some("Tried by hand")).await);
    println!("card: {:?}", client.card(&id).await?.block);
    told("unblock", &client.unblock(&id).await);
    Ok(())
}

fn told(action: &str, outcome: &Outcome<BlockState>) {
    match outcome {
        Outcome::Done(state) => println!("{action}: in force, {state:?}"),
        Outcome::Refused(problem) => println!("{action}: not in force, {problem}"),
        Outcome::Unknown(problem) => {
            println!("{action}: nobody knows, {problem}; look at the card before trying again")
        }
    }
}

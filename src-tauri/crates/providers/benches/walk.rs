//! How fast a whole list is walked, parsed and mapped, as a ratio to a client that fetches the same pages and drops them;
//! and how much memory that takes at 100 pages and at 1,000.
//!
//!     cargo bench -p providers --bench walk
//!
//! The emulator runs in this process, each walk in one of its own, so that its memory is its own. Rounds alternate, and
//! the middle one of each counts. Nothing here fails by being slow.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot run has to stop")]
#![allow(missing_docs, reason = "a measurement has no interface")]

use hmac::{Hmac, KeyInit, Mac};
use kyc::{Credential, ProviderId, RequestLimits};
use providers::{Clock, Cursor, ListFilter, SystemClock, address, registry};
use sandbox::{Options, Sandbox};
use sha2::{Digest, Sha256};
use std::env;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;
use tokio::process::Command;

const ROUNDS: usize = 5;
const CUSTOMERS: usize = 100_000;
const PAGE: usize = 100;

fn main() {
    let pages = || env::var("VOUCH_PAGES").unwrap().parse().unwrap();
    match env::var("VOUCH_WALK").as_deref() {
        Ok("mapped") => on_one_thread().block_on(mapped(pages())),
        Ok("bare") => on_one_thread().block_on(bare(pages())),
        _ => tokio::runtime::Runtime::new().unwrap().block_on(compare()),
    }
}

/// One thread for each walk. On several, with a busy machine, the mapping walk opened some 250 connections for 1,000 pages
/// and the bare one 3; on one thread both open one.
fn on_one_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// What one walk tells: pages per second, and the most memory it ever held, in KiB.
#[derive(Debug, Clone, Copy)]
struct Measured {
    pace: f64,
    peak: u64,
}

async fn compare() {
    let options =
        Options { customers: CUSTOMERS, ..Options::new(sandbox::Provider::LoveAndPay, jiff::Timestamp::now()) };
    let sandbox = Sandbox::start(options).await.unwrap();
    let pages = CUSTOMERS / PAGE;
    // Whatever the emulator makes on first sight is made now.
    walk(&sandbox, "bare", pages).await;
    let (mut mapped, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(walk(&sandbox, "bare", pages).await.pace);
        mapped.push(walk(&sandbox, "mapped", pages).await.pace);
    }
    let (mapped, bare) = (middle(mapped), middle(bare));
    println!("{CUSTOMERS} customers, {pages} pages of {PAGE}");
    println!("bare    {bare:8.0} pages/s");
    println!("mapped  {mapped:8.0} pages/s");
    println!("ratio   {:8.2} (goal: at least 0.80)", mapped / bare);
    let few = walk(&sandbox, "mapped", pages / 10).await.peak;
    let many = walk(&sandbox, "mapped", pages).await.peak;
    println!("peak memory: {few} KiB for {} pages, {many} KiB for {pages} pages", pages / 10);
    sandbox.stop().await;
}

async fn walk(sandbox: &Sandbox, kind: &str, pages: usize) -> Measured {
    let output = Command::new(env::current_exe().unwrap())
        .env("VOUCH_WALK", kind)
        .env("VOUCH_PAGES", pages.to_string())
        .env("VOUCH_BASE", &sandbox.base_url)
        .env("VOUCH_KEY", &sandbox.api_key)
        .env("VOUCH_SECRET", &sandbox.api_secret)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut words = text.split_whitespace();
    let (seconds, peak): (f64, u64) = (words.next().unwrap().parse().unwrap(), words.next().unwrap().parse().unwrap());
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pages")]
    Measured { pace: pages as f64 / seconds, peak }
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn mapped(pages: usize) {
    let clock = Arc::new(SystemClock::new()) as Arc<dyn Clock>;
    let provider = registry::connect(
        &ProviderId::new("loveandpay"),
        &address::parse(&env::var("VOUCH_BASE").unwrap()).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        Credential::parse(&env::var("VOUCH_KEY").unwrap(), &env::var("VOUCH_SECRET").unwrap()).unwrap(),
        clock,
        None,
    )
    .unwrap();
    let (started, mut cursor, mut customers) = (Instant::now(), Cursor::start(), 0);
    for _ in 0..pages {
        let page = provider.customers(&ListFilter::default(), &cursor).await.unwrap();
        customers += black_box(&page).customers.len();
        let Some(next) = page.next else { break };
        cursor = next;
    }
    assert_eq!(customers, pages * PAGE);
    tell(started);
}

async fn bare(pages: usize) {
    let (base, key, secret) =
        (env::var("VOUCH_BASE").unwrap(), env::var("VOUCH_KEY").unwrap(), env::var("VOUCH_SECRET").unwrap());
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let nothing = hex::encode(Sha256::digest(b""));
    let (started, mut bytes) = (Instant::now(), 0);
    for page in 0..pages {
        let timestamp = jiff::Timestamp::now().as_millisecond().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("GET/api/v2/customers{timestamp}{nothing}").as_bytes());
        let answer = client
            .get(format!("{base}/customers?limit={PAGE}&offset={}", page * PAGE))
            .header("x-api-key", &key)
            .header("x-timestamp", &timestamp)
            .header("x-signature", hex::encode(mac.finalize().into_bytes()))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        bytes += black_box(answer.bytes().await.unwrap()).len();
    }
    assert!(bytes > pages * PAGE * 100, "{bytes} bytes are no customers");
    tell(started);
}

/// Prints the seconds, and the peak of this process's memory where the system tells it.
fn tell(started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    println!("{seconds} {}", peak.split_whitespace().next().unwrap_or("0"));
}

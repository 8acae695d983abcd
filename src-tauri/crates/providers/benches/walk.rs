//! How fast a whole list is walked, parsed and mapped, as a ratio to a client that fetches the same pages and drops them;
//! and how much memory that takes at 100 pages and at 1,000.
//!
//!     cargo bench -p providers --bench walk
//!
//! The emulator and each walk run in processes of their own, so that each has its own memory and no share of another's
//! threads. Both kinds of walk run on the same kind of runtime, the one that the product has. A walk that maps is paired
//! with a bare one right before it, and the middle of the pairs' ratios counts, so that a machine which is busy for a
//! while slows both. Nothing here fails by being slow.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot run has to stop")]
#![allow(missing_docs, reason = "a measurement has no interface")]

use hmac::{Hmac, KeyInit, Mac};
use kyc::{Credential, ProviderId, RequestLimits};
use providers::{Clock, Cursor, ListFilter, SystemClock, address, ahead, registry};
use sandbox::{Options, Sandbox};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::env;
use std::hint::black_box;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::runtime::Runtime;

const ROUNDS: usize = 9;
const CUSTOMERS: usize = 100_000;
const PAGE: usize = 100;

fn main() {
    let pages = || env::var("VOUCH_PAGES").unwrap().parse().unwrap();
    let runtime = Runtime::new().unwrap();
    match env::var("VOUCH_ROLE").as_deref() {
        Ok("emulator") => runtime.block_on(emulator()),
        Ok("one by one") => runtime.block_on(mapped(pages(), false)),
        Ok("mapped") => runtime.block_on(mapped(pages(), true)),
        Ok("bare") => runtime.block_on(bare(pages())),
        _ => runtime.block_on(compare()),
    }
}

/// What one walk tells: pages per second, and the most memory it ever held, in KiB.
#[derive(Debug, Clone, Copy)]
struct Measured {
    pace: f64,
    peak: u64,
}

/// An emulator in its own process, which ends with this one.
struct Emulator {
    process: Child,
    base: String,
    key: String,
    secret: String,
}

impl Emulator {
    async fn start() -> Self {
        let mut process = role("emulator").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut word = || words.next().unwrap();
        Self { base: word(), key: word(), secret: word(), process }
    }

    async fn walk(&self, kind: &str, pages: usize) -> Measured {
        let output = role(kind)
            .env("VOUCH_PAGES", pages.to_string())
            .env("VOUCH_BASE", &self.base)
            .env("VOUCH_KEY", &self.key)
            .env("VOUCH_SECRET", &self.secret)
            .output()
            .await
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let (seconds, peak) = text.trim().split_once(' ').unwrap();
        let seconds: f64 = seconds.parse().unwrap();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand pages")]
        Measured { pace: pages as f64 / seconds, peak: peak.parse().unwrap() }
    }

    async fn stop(mut self) {
        drop(self.process.stdin.take());
        self.process.wait().await.unwrap();
    }
}

fn role(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env("VOUCH_ROLE", role).kill_on_drop(true);
    command
}

async fn emulator() {
    let options =
        Options { customers: CUSTOMERS, ..Options::new(sandbox::Provider::LoveAndPay, jiff::Timestamp::now()) };
    let sandbox = Sandbox::start(options).await.unwrap();
    println!("{} {} {}", sandbox.base_url, sandbox.api_key, sandbox.api_secret);
    // Until the process that started this one lets go of it.
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()).unwrap()).await.unwrap();
    sandbox.stop().await;
}

async fn compare() {
    let emulator = Emulator::start().await;
    let pages = CUSTOMERS / PAGE;
    // Whatever the emulator makes on first sight is made now.
    emulator.walk("bare", pages).await;
    println!("{CUSTOMERS} customers, {pages} pages of {PAGE}, {ROUNDS} rounds; the middle, the least and the greatest");
    let [mut bare, mut serial, mut mapped] = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        bare.push(emulator.walk("bare", pages).await.pace);
        serial.push(emulator.walk("one by one", pages).await.pace);
        mapped.push(emulator.walk("mapped", pages).await.pace);
    }
    let ratios = |paces: &[f64]| paces.iter().zip(&bare).map(|(pace, bare)| pace / bare).collect::<Vec<_>>();
    let (serial_ratios, mapped_ratios) = (ratios(&serial), ratios(&mapped));
    println!("bare                {} pages/s", spread(bare, 0));
    println!("mapped, one by one  {} pages/s", spread(serial, 0));
    println!("mapped, one ahead   {} pages/s", spread(mapped, 0));
    println!("ratio, one by one   {}", spread(serial_ratios, 2));
    println!("ratio, one ahead    {} (goal: at least 0.80)", spread(mapped_ratios, 2));
    let few = emulator.walk("mapped", pages / 10).await.peak;
    let many = emulator.walk("mapped", pages).await.peak;
    println!("peak memory: {few} KiB for {} pages, {many} KiB for {pages} pages", pages / 10);
    emulator.stop().await;
}

/// The middle value, and the least and the greatest.
fn spread(mut values: Vec<f64>, decimals: usize) -> String {
    values.sort_by(f64::total_cmp);
    let (least, middle, greatest) = (values[0], values[values.len() / 2], values[values.len() - 1]);
    format!("{middle:8.decimals$} {least:8.decimals$} {greatest:8.decimals$}")
}

/// `overlapping`: as a walk into the book does it, with the next page asked for before the last one is read.
async fn mapped(pages: usize, overlapping: bool) {
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
    let (everybody, started) = (ListFilter::default(), Instant::now());
    let (mut cursor, mut customers, mut asked) = (Cursor::start(), 0, None);
    for number in 1..=pages {
        let unread = match asked.take() {
            Some(unread) => unread,
            None => provider.unread_customers(&everybody, &cursor).await.unwrap(),
        };
        let next = unread.next().cloned();
        let page = match &next {
            Some(next) if overlapping && number < pages => {
                let reading = async { Ok::<_, Infallible>(unread.read()) };
                let (answer, page) = ahead(provider.unread_customers(&everybody, next), reading).await.unwrap();
                asked = Some(answer.unwrap());
                page
            }
            _ => unread.read(),
        };
        customers += black_box(&page).customers.len();
        let Some(next) = next else { break };
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

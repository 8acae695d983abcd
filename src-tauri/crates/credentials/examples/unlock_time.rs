//! How long unlocking takes for settings of Argon2id, on this computer:
//!
//!     cargo run --release -p credentials --example unlock_time
//!
//! It is the whole way: reading the file, deriving the key, opening the content.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool on the command line")]

use credentials::KeyCost;
use credentials::transfer::{Bundle, read_bundle, write_bundle};
use std::time::{Duration, Instant};

/// Memory in MiB, passes, lanes, and whose advice it is.
const SETTINGS: [(u32, u32, u32, &str); 6] = [
    (19, 2, 1, "OWASP's minimum, for servers"),
    (46, 1, 1, "OWASP's other one"),
    (64, 3, 4, "RFC 9106, second: what Vouch uses"),
    (128, 3, 4, ""),
    (256, 3, 4, ""),
    (1024, 1, 4, "half of RFC 9106, first"),
];

const ROUNDS: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    println!("{:>8} {:>7} {:>6} {:>10} {:>10}", "memory", "passes", "lanes", "median", "slowest");
    for (mebibytes, passes, lanes, whose) in SETTINGS {
        let cost = KeyCost::new(mebibytes * 1024, passes, lanes).unwrap();
        let path = folder.path().join("sealed");
        let bundle = Bundle { connections: Vec::new() };
        write_bundle(path.clone(), bundle, "a passphrase for measuring".into(), cost).await.unwrap();
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            read_bundle(path.clone(), "a passphrase for measuring".into()).await.unwrap();
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let [.., slowest] = times[..] else { continue };
        let (median, slowest) = (times[ROUNDS / 2].as_millis(), slowest.as_millis());
        println!("{mebibytes:>4} MiB {passes:>7} {lanes:>6} {median:>7} ms {slowest:>7} ms  {whose}");
    }
}

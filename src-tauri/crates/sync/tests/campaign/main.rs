//! Campaigns against the whole way from a provider's answers to the book: processes killed at any moment, lists that change
//! while they are walked, budgets over restarts, and a runner over outages. A small sample always; whole with
//! `VOUCH_THOROUGH` set:
//!
//!     VOUCH_THOROUGH=1 cargo test -p sync --release --test campaign -- --nocapture
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
#![allow(missing_docs, reason = "a test has no interface")]

mod budget;
mod kills;
mod runner;
mod schedules;
mod truth;

/// So many in a thorough run, and so few always.
fn cases(thorough: usize, sample: usize) -> usize {
    if std::env::var_os("VOUCH_THOROUGH").is_some() { thorough } else { sample }
}

/// Tells what a whole campaign came to, where somebody asked for one.
#[expect(clippy::print_stdout, reason = "the figures of a campaign are what it is run for")]
fn told(figures: &str) {
    if std::env::var_os("VOUCH_THOROUGH").is_some() {
        println!("{figures}");
    }
}

/// Numbers that follow from a seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }
}

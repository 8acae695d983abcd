//! How Vouch is started: the command line, and from it the folder that everything is kept in.

use crate::ipc::Language;
use clap::Parser;
use std::path::PathBuf;

/// A desk for compliance officers: every payment provider's customers in one searchable grid.
#[derive(Debug, Clone, Parser)]
#[command(name = "vouch", version)]
pub struct StartOptions {
    /// Keep everything that Vouch stores in this folder instead of the system's usual place.
    #[arg(long, value_name = "DIR", conflicts_with = "demo")]
    pub profile: Option<PathBuf>,

    /// Open on sample customers of the built-in sandbox, in a profile that is thrown away at the end.
    #[arg(long)]
    pub demo: bool,

    /// Number of sample customers at each provider.
    #[arg(long, value_name = "N", default_value_t = 2_000, requires = "demo")]
    pub customers: usize,

    /// Seed from which the sample customers are made; the same seed makes the same customers.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "demo")]
    pub seed: u64,

    /// Language of the interface for this start.
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<Language>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<StartOptions, clap::Error> {
        StartOptions::try_parse_from(std::iter::once(&"vouch").chain(words))
    }

    #[test]
    fn a_demo_takes_its_size_and_seed() {
        let options = parse(&["--demo", "--customers", "5", "--seed", "9", "--lang", "ru"]).unwrap();
        assert!(options.demo);
        assert_eq!((options.customers, options.seed, options.lang), (5, 9, Some(Language::Ru)));
    }

    #[test]
    fn a_demo_never_touches_a_real_profile() {
        assert!(parse(&["--demo", "--profile", "/somewhere"]).is_err());
    }

    #[test]
    fn sizes_belong_to_the_demo() {
        assert!(parse(&["--customers", "5"]).is_err());
        assert!(parse(&["--lang", "de"]).is_err());
        assert!(parse(&[]).is_ok());
    }
}

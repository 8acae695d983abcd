//! What an emulator is to be like: which provider, how many customers, from which seed.

use clap::ValueEnum;
use jiff::Timestamp;
use std::time::Duration;

/// The providers that are emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Provider {
    /// Love&Pay, merchant API v2.
    #[value(name = "loveandpay")]
    LoveAndPay,
    /// Cryptopocket.
    #[value(name = "cryptopocket")]
    Cryptopocket,
}

impl Provider {
    /// The stable name: `loveandpay` or `cryptopocket`.
    pub fn name(self) -> &'static str {
        match self {
            Self::LoveAndPay => "loveandpay",
            Self::Cryptopocket => "cryptopocket",
        }
    }
}

/// Where Cryptopocket's sign-in puts the token. The provider documents no shape; clients have to take all four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TokenShape {
    /// `{"status":"ok","data":{"token":"…"}}`
    #[default]
    DataToken,
    /// `{"status":"ok","data":"…"}`
    DataText,
    /// `{"token":"…"}`
    Token,
    /// `{"status":"ok","auth":"…"}`
    Auth,
}

/// How an emulator is started. Two with equal provider, customers, seed, `now` and `odd` hold the same customers.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which provider.
    pub provider: Provider,
    /// How many synthetic customers, apart from the odd ones; at most [`MOST_CUSTOMERS`](Self::MOST_CUSTOMERS). A million
    /// take some seconds to start with in a debug build and about 40 MB.
    pub customers: usize,
    /// Names the customers and the keys.
    pub seed: u64,
    /// What the key ends in, in place of its own last characters: two merchants' keys may end alike.
    pub key_tail: Option<String>,
    /// TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The moment before which everything in the customers' lives happened. Requests are judged by the system's clock.
    pub now: Timestamp,
    /// Whether five odd customers come on top: a null name, a name of 10,000 characters, a name with markup, an unknown
    /// KYC word, a record without an id. They are the newest five.
    pub odd: bool,
    /// Whether Love&Pay's 100 requests a minute and 1,000 an hour hold. Cryptopocket documents no limits.
    pub rate_limit: bool,
    /// How long a Cryptopocket token is good for.
    pub token_lifetime: Duration,
    /// Where Cryptopocket's sign-in puts the token.
    pub token_shape: TokenShape,
}

impl Options {
    /// How long a token is good for unless told otherwise. The provider documents no lifetime.
    pub const TOKEN_LIFETIME: Duration = Duration::from_secs(30 * 60);

    /// More customers than this are refused: beyond, there would not be enough phone numbers.
    pub const MOST_CUSTOMERS: usize = 10_000_000;

    /// 5,000 customers from seed 1 on a free port, nothing odd, no rate limit.
    pub fn new(provider: Provider, now: Timestamp) -> Self {
        Self {
            provider,
            customers: 5000,
            seed: 1,
            key_tail: None,
            port: 0,
            now,
            odd: false,
            rate_limit: false,
            token_lifetime: Self::TOKEN_LIFETIME,
            token_shape: TokenShape::default(),
        }
    }
}

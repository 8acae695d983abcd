//! `sandbox`: one emulator as a process of its own. Prints where it listens and which keys it takes, then `ready`, and runs
//! until it is told to stop.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks on these")]

use clap::Parser;
use jiff::Timestamp;
use sandbox::{Options, Provider, Sandbox, TokenShape};
use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::Duration;

/// A local emulator of a payment provider with synthetic customers.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Which provider to emulate
    #[arg(long)]
    provider: Provider,
    /// TCP port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many synthetic customers
    #[arg(long, default_value_t = 5000)]
    customers: usize,
    /// Names the customers and the keys; both emulators share people when seed and number are equal
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the key ends in, in place of its own last characters
    #[arg(long, value_name = "CHARACTERS")]
    key_tail: Option<String>,
    /// The moment before which the customers lived, such as 2026-01-31T00:00:00Z; without it, today's midnight UTC, so that
    /// a restart on the same day holds the same customers
    #[arg(long)]
    now: Option<Timestamp>,
    /// Add five odd records: a null name, a name of 10,000 characters, markup, an unknown KYC status, no id
    #[arg(long)]
    odd: bool,
    /// Keep to Love&Pay's 100 requests a minute and 1,000 an hour
    #[arg(long)]
    rate_limit: bool,
    /// How many seconds a Cryptopocket token is good for
    #[arg(long, value_name = "SECONDS", default_value_t = Options::TOKEN_LIFETIME.as_secs())]
    token_lifetime: u64,
    /// Where Cryptopocket's sign-in puts the token
    #[arg(long, value_enum, default_value_t)]
    token_shape: TokenShape,
    /// Stop when standard input closes, so that nothing is left running when the caller dies
    #[arg(long)]
    exit_with_stdin: bool,
}

impl Arguments {
    fn options(&self) -> Result<Options, String> {
        if self.rate_limit && self.provider == Provider::Cryptopocket {
            return Err("--rate-limit: Cryptopocket documents no limits".to_owned());
        }
        Ok(Options {
            customers: self.customers,
            seed: self.seed,
            key_tail: self.key_tail.clone(),
            port: self.port,
            odd: self.odd,
            rate_limit: self.rate_limit,
            token_lifetime: Duration::from_secs(self.token_lifetime),
            token_shape: self.token_shape,
            ..Options::new(self.provider, self.now.unwrap_or_else(midnight))
        })
    }
}

/// The last midnight, UTC.
fn midnight() -> Timestamp {
    let now = Timestamp::now().as_second();
    Timestamp::from_second(now - now.rem_euclid(24 * 60 * 60)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("sandbox: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), String> {
    let options = arguments.options()?;
    let told_to_stop = Signals::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
    let port = options.port;
    let sandbox =
        Sandbox::start(options).await.map_err(|error| format!("cannot start on 127.0.0.1:{port}: {error}"))?;
    announce(&sandbox).map_err(|error| format!("cannot write to standard output: {error}"))?;
    if arguments.exit_with_stdin {
        tokio::select! {
            () = told_to_stop.wait() => {}
            () = stdin_closed() => {}
        }
    } else {
        told_to_stop.wait().await;
    }
    sandbox.stop().await;
    Ok(())
}

fn announce(sandbox: &Sandbox) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "base_url={}", sandbox.base_url)?;
    writeln!(out, "api_key={}", sandbox.api_key)?;
    writeln!(out, "api_secret={}", sandbox.api_secret)?;
    writeln!(out, "control_url={}", sandbox.control_url)?;
    writeln!(out, "customers={}", sandbox.customers)?;
    writeln!(out, "ready")?;
    out.flush()
}

/// The signals that end the process. They are listened for before anything is announced, so that none is missed.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn wait(self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Ends when standard input does. The thread is left to itself: a read cannot be called off.
async fn stdin_closed() {
    let (closed, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut ignored = [0; 1024];
        let mut input = std::io::stdin().lock();
        while matches!(input.read(&mut ignored), Ok(read) if read > 0) {}
        // Nobody waits any more when a signal came first.
        let _sent = closed.send(());
    });
    let _ended = ended.await;
}

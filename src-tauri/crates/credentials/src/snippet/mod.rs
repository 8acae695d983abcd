//! Finds credentials in text that somebody pastes: a `.env` file, shell exports, JSON, YAML, INI sections, HTTP
//! headers, or what a provider's cabinet shows, so that no secret is ever typed again.
//!
//! Guessing from names and values, and deliberately tolerant: it never fails, it finds or it does not. What it found is
//! a proposal; the person sees it before anything is saved. Which providers there are, and how their keys look, comes
//! in from outside.

mod assignments;
mod folding;
mod names;

use kyc::{Environment, ProviderId};
use secrecy::SecretString;

/// How a provider's credentials are recognised.
#[derive(Debug, Clone)]
pub struct Recogniser<'a> {
    /// Which provider.
    pub provider: ProviderId,
    /// What people call it in the names of variables and in addresses: `loveandpay`, `lnp`. Case, blanks and signs make
    /// no difference.
    pub names: &'a [&'a str],
    /// How every API key of it begins, where that is known.
    pub key_prefix: Option<&'a str>,
    /// How every API secret of it begins, where that is known.
    pub secret_prefix: Option<&'a str>,
}

/// What was found of one connection; at least a key or a secret.
#[derive(Debug, Clone)]
pub struct FoundConnection {
    /// Which provider, where names, values or the address tell.
    pub provider: Option<ProviderId>,
    /// Which installation, where names or values tell; never [`Environment::Custom`].
    pub environment: Option<Environment>,
    /// The key, without blanks and quotes around it.
    pub api_key: Option<SecretString>,
    /// The secret, likewise.
    pub api_secret: Option<SecretString>,
    /// An address beginning with `https://` or `http://`, without user name and password.
    pub base_url: Option<String>,
    /// The line of the pasted text on which the first of it stood, from 1.
    pub line: usize,
}

/// Connections that are looked for at most, and characters that are read at most. A larger text is a log or a dump;
/// what it begins with is read.
const MOST_CONNECTIONS: usize = 200;
const MOST_CHARACTERS: usize = 1_000_000;

/// Finds what `text` holds, in its order.
pub fn read(text: &str, recognisers: &[Recogniser<'_>]) -> Vec<FoundConnection> {
    let end = text.char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(end, _)| end);
    let text = text[..end].trim_start_matches('\u{feff}');
    let mut folding = folding::Folding::new(recognisers);
    assignments::read(text, &mut |assignment| folding.take(assignment));
    folding.finish()
}

#[cfg(test)]
mod tests;

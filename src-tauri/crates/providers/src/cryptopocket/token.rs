//! The token that every Cryptopocket request carries: got by signing in, kept in memory only, renewed when it is refused.
//!
//! One sign-in at a time: whoever needs a token while one is under way waits for its outcome, whether it is a token or a
//! refusal.

use super::{assumptions, errors, routes};
use crate::http::{Absent, Answer, Call, Core, Dialect, Failure, Outgoing, Proof, secret_header};
use crate::json::Raw;
use async_trait::async_trait;
use kyc::{AnswerFault, Credential, Problem, Trouble};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

const AUTH: HeaderName = HeaderName::from_static("auth");

/// A token, and which sign-in brought it.
#[derive(Debug, Clone)]
pub(super) struct Token {
    text: SecretString,
    sign_in: u64,
}

/// Signs in where needed.
#[derive(Debug)]
pub(super) struct Tokens {
    credential: Credential,
    /// Sign-ins that ended, well or not.
    ended: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    /// Why the last sign-in failed, if it did.
    failure: Option<Failure>,
}

impl Tokens {
    pub fn new(credential: Credential) -> Self {
        Self { credential, ended: AtomicU64::new(0), state: Mutex::default() }
    }

    /// A token that the provider has not refused yet: the one at hand, unless it is the `refused` one, else a new one.
    pub async fn get(&self, core: &Core, refused: Option<u64>) -> Result<Token, Failure> {
        let ended = self.ended.load(Ordering::SeqCst);
        let mut state = self.state.lock().await;
        if let Some(token) = &state.token
            && refused != Some(token.sign_in)
        {
            return Ok(token.clone());
        }
        if self.ended.load(Ordering::SeqCst) != ended
            && let Some(failure) = &state.failure
        {
            return Err(Failure { unsent: true, ..failure.clone() });
        }
        state.token = None;
        let outcome = self.sign_in(core).await;
        let sign_in = self.ended.fetch_add(1, Ordering::SeqCst) + 1;
        match outcome {
            Ok(text) => {
                let token = Token { text, sign_in };
                *state = State { token: Some(token.clone()), failure: None };
                Ok(token)
            }
            Err(failure) => {
                state.failure = Some(failure.clone());
                Err(Failure { unsent: true, ..failure })
            }
        }
    }

    async fn sign_in(&self, core: &Core) -> Result<SecretString, Failure> {
        #[derive(Serialize)]
        struct SignIn<'a> {
            api_key: &'a str,
            api_secret: &'a str,
        }
        let Credential { api_key, api_secret } = &self.credential;
        let body = SignIn { api_key: api_key.expose_secret(), api_secret: api_secret.expose_secret() };
        let body = Zeroizing::new(serde_json::to_vec(&body).map_err(|_| Problem::from(Trouble::Internal))?);
        let answer = core
            .send(
                &Call::to(&routes::AUTHENTICATE).json(body).confidential(),
                &mut SigningIn { credential: &self.credential },
            )
            .await?;
        if answer.record::<BTreeMap<String, Raw<'_>>>().is_none() {
            return Err(other_shape(&answer).into());
        }
        // C2: no token means that the sign-in was refused, in words that nobody knows yet.
        let refused = || answer.problem(Trouble::CredentialsRejected, None, None);
        let token = assumptions::token(answer.json()).ok_or_else(refused)?;
        if HeaderValue::from_str(token.expose_secret()).is_err() {
            return Err(other_shape(&answer).into());
        }
        Ok(token)
    }
}

fn other_shape(answer: &Answer) -> Problem {
    Problem::from(Trouble::BadAnswer { fault: AnswerFault::Shape }).with_words(answer.words(None, None))
}

/// The sign-in itself: no header, and a refusal of whatever kind is a refusal of the credential.
struct SigningIn<'a> {
    credential: &'a Credential,
}

impl Dialect for SigningIn<'_> {
    fn headers(&self, _: &Outgoing<'_>) -> Result<HeaderMap, Problem> {
        Ok(HeaderMap::new())
    }

    fn judge(&self, absent: Absent, answer: &Answer) -> Result<(), Failure> {
        errors::judge(absent, answer).map_err(|mut failure| {
            if matches!(failure.problem.trouble, Trouble::Refused | Trouble::NotFound) {
                failure.problem.trouble = Trouble::CredentialsRejected;
            }
            failure
        })
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.credential.api_secret, &self.credential.api_key]
    }
}

/// Any other request, with its token. C4: how long a token is good for is not documented, so it is used until it is
/// refused, and then renewed once: the request was refused before anything was done.
pub(super) struct Carrying<'a> {
    tokens: &'a Tokens,
    token: Token,
    renewed: bool,
}

impl Tokens {
    /// The provider's part in a request that carries `token`.
    pub fn carrying(&self, token: Token) -> Carrying<'_> {
        Carrying { tokens: self, token, renewed: false }
    }
}

#[async_trait]
impl Dialect for Carrying<'_> {
    fn headers(&self, _: &Outgoing<'_>) -> Result<HeaderMap, Problem> {
        Ok(HeaderMap::from_iter([(AUTH, secret_header(&self.token.text)?)]))
    }

    fn judge(&self, absent: Absent, answer: &Answer) -> Result<(), Failure> {
        errors::judge(absent, answer)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        let Credential { api_key, api_secret } = &self.tokens.credential;
        vec![&self.token.text, api_secret, api_key]
    }

    fn proof(&self) -> Proof {
        if self.renewed { Proof::NewToken } else { Proof::Token }
    }

    async fn renew(&mut self, core: &Core) -> Result<(), Failure> {
        self.token = self.tokens.get(core, Some(self.token.sign_in)).await?;
        self.renewed = true;
        Ok(())
    }
}

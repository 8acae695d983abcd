//! Connections on their way to another computer, and in from a file or a pasted snippet.
//!
//! What was found waits here, with its secrets, until the person has seen what would be added or replaced and decides.
//! The file's own form is [`credentials::transfer`], finding things in a snippet [`credentials::snippet`].

use crate::{ConnectionDraft, Desk};
use credentials::KeyCost;
use credentials::snippet::{self, FoundConnection, Recogniser};
use credentials::transfer::{self, Bundle, TransferredConnection};
use kyc::{ConnectionId, Credential, Environment, Problem, ProviderId, RequestLimits, Standing, Trouble};
use providers::{address, registry};
use secrecy::{ExposeSecret, SecretString};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Previews that wait at most; the oldest is forgotten for a newer one.
const MOST_WAITING: usize = 3;

/// What was found and waits for a decision.
#[derive(Default)]
pub(crate) struct Imports(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    last_id: u32,
    previews: VecDeque<(u32, Vec<Found>)>,
}

/// A connection that was found, with its secrets.
#[derive(Clone)]
struct Found {
    provider: Option<ProviderId>,
    environment: Option<Environment>,
    label: String,
    base_url: String,
    api_key: Option<SecretString>,
    api_secret: Option<SecretString>,
    limits: RequestLimits,
}

/// What was found, as it may be looked at.
#[derive(Debug, Clone)]
pub struct ImportPreview {
    /// Names it for [`Desk::import`].
    pub id: u32,
    /// In the order in which they were found.
    pub items: Vec<ImportItem>,
}

/// A connection that was found, as it may be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportItem {
    /// Which provider, where that can be told.
    pub provider: Option<ProviderId>,
    /// Which of its installations.
    pub environment: Environment,
    /// The name given to it; may be empty.
    pub label: String,
    /// The address; may be empty.
    pub base_url: String,
    /// The last four characters of its key; may be empty.
    pub key_tail: String,
    /// Why it cannot be taken as it is.
    pub fault: Option<ImportFault>,
    /// The connection here with the same provider and address and, where there are several, the same end of the key.
    pub existing: Option<ConnectionId>,
}

/// Why a found connection cannot be taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFault {
    /// Neither names nor values say which provider it is for, or this Vouch does not know that provider.
    ProviderUnknown,
    /// There is no key, or it cannot be one.
    KeyMissing,
    /// There is no secret, or it cannot be one.
    SecretMissing,
    /// The address is missing or cannot be used.
    BadAddress,
}

/// What to do with a found connection.
#[derive(Debug, Clone)]
pub struct ImportChoice {
    /// Its place in the preview, from 0.
    pub item: usize,
    /// What to do.
    pub action: ImportAction,
    /// The name that the person gives to it.
    pub label: String,
    /// The provider, where the preview could not tell.
    pub provider: Option<ProviderId>,
    /// The address that the person gives; empty for the found one.
    pub base_url: String,
}

/// What to do with a found connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportAction {
    /// Makes a new connection of it.
    Add,
    /// Gives its credential to the connection that is there: it takes the present one's place once the provider accepts it.
    Replace,
    /// Leaves it out.
    Skip,
}

/// What an import came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportDone {
    /// New connections.
    pub added: u32,
    /// Connections with another credential.
    pub replaced: u32,
}

impl Imports {
    fn keep(&self, found: Vec<Found>) -> u32 {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.last_id = waiting.last_id.wrapping_add(1);
        let id = waiting.last_id;
        waiting.previews.push_back((id, found));
        if waiting.previews.len() > MOST_WAITING {
            waiting.previews.pop_front();
        }
        id
    }

    fn get(&self, id: u32) -> Option<Vec<Found>> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.previews.iter().find(|(kept, _)| *kept == id).map(|(_, found)| found.clone())
    }

    fn forget(&self, id: u32) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.previews.retain(|(kept, _)| *kept != id);
    }

    /// Forgets all that waits.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).previews.clear();
    }
}

impl Desk {
    /// Writes connections with their secrets into a file sealed by `passphrase`.
    ///
    /// # Errors
    /// `BadInput` of `connections` when there are none to write, of `path` for one that is not absolute, of `passphrase` for
    /// a weak one; `FileExists` when there is such a file and `replace` is not set; what the keyring or the disk met.
    pub async fn export_connections(
        &self,
        connections: &[ConnectionId],
        path: &Path,
        passphrase: SecretString,
        replace: bool,
    ) -> Result<usize, Problem> {
        let path = usable(path)?;
        let mut bundle = Bundle { connections: Vec::new() };
        for status in self.connections() {
            let connection = status.connection;
            if connections.contains(&connection.id) && connection.standing != Standing::Archived {
                let credential = self.inner.secrets.credential(&connection.id).await?;
                bundle.connections.push(TransferredConnection {
                    provider: connection.provider,
                    environment: connection.environment,
                    label: connection.label,
                    base_url: connection.base_url,
                    limits: connection.limits,
                    credential,
                });
            }
        }
        if bundle.connections.is_empty() {
            return Err(Trouble::BadInput { field: "connections" }.into());
        }
        let count = bundle.connections.len();
        if !replace && path.try_exists().map_err(|_| Trouble::Disk)? {
            return Err(Trouble::FileExists.into());
        }
        transfer::write_bundle(path, bundle, passphrase, KeyCost::STANDARD).await?;
        Ok(count)
    }

    /// Opens a file of exported connections and says what is in it. Nothing is stored yet.
    ///
    /// # Errors
    /// `BadInput` of `path`; `FileMissing`, `SealedFileDamaged`, `SealedFileNewer`, `PassphraseWrong`; what the disk met.
    pub async fn preview_file(&self, path: &Path, passphrase: SecretString) -> Result<ImportPreview, Problem> {
        let bundle = transfer::read_bundle(usable(path)?, passphrase).await?;
        let found = bundle.connections.into_iter().map(|connection| Found {
            provider: Some(connection.provider),
            environment: Some(connection.environment),
            label: connection.label,
            base_url: connection.base_url,
            api_key: Some(connection.credential.api_key),
            api_secret: Some(connection.credential.api_secret),
            limits: connection.limits,
        });
        Ok(self.preview(found.collect()))
    }

    /// Finds keys, secrets and addresses in pasted text. Nothing is stored yet.
    pub fn preview_snippet(&self, text: &SecretString) -> ImportPreview {
        let recognisers: Vec<_> = registry::all()
            .iter()
            .map(|provider| Recogniser {
                provider: provider.id(),
                names: provider.also_called,
                key_prefix: provider.key_prefix,
                secret_prefix: provider.secret_prefix,
            })
            .collect();
        let found = snippet::read(text.expose_secret(), &recognisers).into_iter().map(Found::from);
        self.preview(found.collect())
    }

    fn preview(&self, found: Vec<Found>) -> ImportPreview {
        let items = found.iter().map(|found| self.item(found)).collect();
        ImportPreview { id: self.inner.imports.keep(found), items }
    }

    fn item(&self, found: &Found) -> ImportItem {
        let (environment, base_url) = found.address();
        let credential = found.credential();
        let key_tail = credential.as_ref().map(Credential::key_tail).unwrap_or_default();
        let fault = match (&found.provider, credential) {
            (Some(provider), _) if registry::find(provider).is_none() => Some(ImportFault::ProviderUnknown),
            (None, _) => Some(ImportFault::ProviderUnknown),
            (_, Err(fault)) => Some(fault),
            _ if address::parse(&base_url).is_err() => Some(ImportFault::BadAddress),
            _ => None,
        };
        let same: Vec<_> = self
            .connections()
            .into_iter()
            .map(|status| status.connection)
            .filter(|connection| connection.standing != Standing::Archived)
            .filter(|connection| found.provider.as_ref() == Some(&connection.provider))
            .filter(|connection| same_address(&connection.base_url, &base_url))
            .collect();
        let existing = match &same[..] {
            [only] => Some(only),
            several => several.iter().find(|connection| connection.key_tail == key_tail),
        };
        ImportItem {
            provider: found.provider.clone(),
            environment,
            label: found.label.clone(),
            base_url,
            key_tail,
            fault,
            existing: existing.map(|connection| connection.id.clone()),
        }
    }

    /// Takes over what a preview showed, and forgets the preview. Every choice is checked before anything is stored.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] when the preview is no longer kept; what is wrong with a choice; what the keyring or the book
    /// met. What was taken over before that stays.
    pub async fn import(&self, preview: u32, choices: &[ImportChoice]) -> Result<ImportDone, Problem> {
        let found = self.inner.imports.get(preview).ok_or(Trouble::NotFound)?;
        let mut orders = Vec::new();
        for choice in choices {
            let found = found.get(choice.item).ok_or(Trouble::NotFound)?;
            let existing = match choice.action {
                ImportAction::Skip => continue,
                ImportAction::Add => None,
                ImportAction::Replace => Some(self.item(found).existing.ok_or(Trouble::NotFound)?),
            };
            let draft = || found.draft(choice);
            draft()?.check()?;
            orders.push((draft()?, existing));
        }
        let mut done = ImportDone::default();
        for (draft, existing) in orders {
            match existing {
                // Beside the present one, which goes when the provider has accepted it.
                Some(existing) => {
                    self.rotate(&existing, &draft.api_key, &draft.api_secret, true).await?;
                    done.replaced += 1;
                }
                None => {
                    self.save(draft, None).await?;
                    done.added += 1;
                }
            }
        }
        self.inner.imports.forget(preview);
        Ok(done)
    }

    /// Forgets what a preview showed.
    pub fn discard_import(&self, preview: u32) {
        self.inner.imports.forget(preview);
    }
}

impl From<FoundConnection> for Found {
    fn from(found: FoundConnection) -> Self {
        Self {
            provider: found.provider,
            environment: found.environment,
            label: String::new(),
            base_url: found.base_url.unwrap_or_default(),
            api_key: found.api_key,
            api_secret: found.api_secret,
            limits: RequestLimits::default(),
        }
    }
}

impl Found {
    fn credential(&self) -> Result<Credential, ImportFault> {
        let key = self.api_key.as_ref().ok_or(ImportFault::KeyMissing)?;
        let secret = self.api_secret.as_ref().ok_or(ImportFault::SecretMissing)?;
        Credential::parse(key.expose_secret(), secret.expose_secret()).map_err(|fault| {
            match crate::draft::field_of(fault) {
                "api_key" => ImportFault::KeyMissing,
                _ => ImportFault::SecretMissing,
            }
        })
    }

    /// The installation and its address: the found address, else the known one of the found or the only known installation.
    fn address(&self) -> (Environment, String) {
        let known = |environment| {
            let provider = self.provider.as_ref().and_then(registry::find)?;
            provider.base_url(environment).map(str::to_owned)
        };
        let all = [Environment::Live, Environment::Sandbox];
        if !self.base_url.is_empty() {
            let same = |environment: &Environment| {
                known(*environment).is_some_and(|address| same_address(&address, &self.base_url))
            };
            let environment = all.into_iter().find(same).unwrap_or(Environment::Custom);
            return (environment, self.base_url.clone());
        }
        let said = self.environment.filter(|environment| known(*environment).is_some());
        let environment = said.or_else(|| all.into_iter().find(|environment| known(*environment).is_some()));
        match environment {
            Some(environment) => (environment, known(environment).unwrap_or_default()),
            None => (self.environment.unwrap_or(Environment::Custom), String::new()),
        }
    }

    fn draft(&self, choice: &ImportChoice) -> Result<ConnectionDraft, Problem> {
        let provider = self.provider.clone().filter(|provider| registry::find(provider).is_some());
        let provider = provider.or_else(|| choice.provider.clone());
        let provider = provider.ok_or(Trouble::BadInput { field: "provider" })?;
        let (environment, base_url) = match choice.base_url.trim() {
            "" => Self { provider: Some(provider.clone()), ..self.clone() }.address(),
            typed => Self { provider: Some(provider.clone()), base_url: typed.to_owned(), ..self.clone() }.address(),
        };
        let nothing = || SecretString::from(String::new());
        Ok(ConnectionDraft {
            provider,
            environment,
            label: choice.label.clone(),
            base_url,
            api_key: self.api_key.clone().unwrap_or_else(nothing),
            api_secret: self.api_secret.clone().unwrap_or_else(nothing),
            limits: self.limits,
        })
    }
}

fn same_address(one: &str, other: &str) -> bool {
    match (address::parse(one), address::parse(other)) {
        (Ok(one), Ok(other)) => one.as_str() == other.as_str(),
        _ => false,
    }
}

/// A typed path: `~/` stands for the home folder, as in a terminal.
pub(crate) fn usable(path: &Path) -> Result<PathBuf, Problem> {
    let path = match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_path_buf(),
    };
    if path.is_absolute() && path.file_name().is_some() {
        Ok(path)
    } else {
        Err(Trouble::BadInput { field: "path" }.into())
    }
}

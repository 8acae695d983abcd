//! Connections on their way to another computer, or in from a pasted snippet. Secrets are not among what crosses here: a
//! preview names keys by their last four characters, and what is imported waits in the shell until the person decides.

use super::Typed;
use super::connections::Environment;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What to export, and where to.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportOrder {
    /// Ids of the connections.
    pub connections: Vec<String>,
    /// The file, with its folder.
    pub path: String,
    /// Whether a file that is there may be replaced.
    pub replace: bool,
    /// What the file is sealed with.
    pub passphrase: Typed,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportDone {
    /// The file.
    pub path: String,
    /// How many connections are in it.
    pub connections: u32,
}

/// What was found in a file or a snippet, before anything is stored.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    /// Names what waits, for `import_connections` and `discard_import`.
    pub id: u32,
    /// What was found, in order.
    pub items: Vec<ImportItem>,
}

/// A connection that was found.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportItem {
    /// Stable name of the provider; `null` where it cannot be told.
    pub provider: Option<String>,
    /// Which installation.
    pub environment: Environment,
    /// The name given to it; may be empty.
    pub label: String,
    /// The address.
    pub base_url: String,
    /// Last four characters of the key; may be empty.
    pub key_tail: String,
    /// Why it cannot be taken as it is.
    pub fault: Option<ImportFault>,
    /// The connection here that it would replace: the same provider, address and key.
    pub existing: Option<String>,
}

/// Why a found connection cannot be taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ImportFault {
    /// Neither names nor values say which provider it is for; the person may say so.
    ProviderUnknown,
    /// There is no key, or it cannot be one.
    KeyMissing,
    /// There is no secret, or it cannot be one.
    SecretMissing,
    /// The address is missing or cannot be used.
    BadAddress,
}

/// What to do with the found connections.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportChoice {
    /// The item's place in the preview, from 0.
    pub item: u32,
    /// What to do.
    pub action: ImportAction,
    /// The name that the person gives to it.
    pub label: String,
    /// The provider, where the preview could not tell.
    pub provider: Option<String>,
    /// The address, where the person gives one; empty for the found one.
    pub base_url: String,
}

/// What to do with a found connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ImportAction {
    /// Makes a new connection of it.
    Add,
    /// Gives its credential to the connection that is there.
    Replace,
    /// Leaves it out.
    Skip,
}

/// What an import came to.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportDone {
    /// New connections.
    pub added: u32,
    /// Connections that were given another credential.
    pub replaced: u32,
}

impl From<desk::ImportPreview> for ImportPreview {
    fn from(preview: desk::ImportPreview) -> Self {
        Self { id: preview.id, items: preview.items.into_iter().map(ImportItem::from).collect() }
    }
}

impl From<desk::ImportItem> for ImportItem {
    fn from(item: desk::ImportItem) -> Self {
        Self {
            provider: item.provider.map(|provider| provider.as_str().to_owned()),
            environment: item.environment.into(),
            label: item.label,
            base_url: item.base_url,
            key_tail: item.key_tail,
            fault: item.fault.map(ImportFault::from),
            existing: item.existing.map(|connection| connection.as_str().to_owned()),
        }
    }
}

impl From<desk::ImportFault> for ImportFault {
    fn from(fault: desk::ImportFault) -> Self {
        match fault {
            desk::ImportFault::ProviderUnknown => Self::ProviderUnknown,
            desk::ImportFault::KeyMissing => Self::KeyMissing,
            desk::ImportFault::SecretMissing => Self::SecretMissing,
            desk::ImportFault::BadAddress => Self::BadAddress,
        }
    }
}

impl From<ImportChoice> for desk::ImportChoice {
    fn from(choice: ImportChoice) -> Self {
        let action = match choice.action {
            ImportAction::Add => desk::ImportAction::Add,
            ImportAction::Replace => desk::ImportAction::Replace,
            ImportAction::Skip => desk::ImportAction::Skip,
        };
        Self {
            item: choice.item as usize,
            action,
            label: choice.label,
            provider: choice.provider.map(kyc::ProviderId::new),
            base_url: choice.base_url,
        }
    }
}

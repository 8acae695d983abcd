//! Problems as a union told apart by `code`, on which the interface and tests hold on.

use kyc::{AddressFault, AnswerFault, Trouble};
use serde::Serialize;
use specta::Type;

/// What went wrong, in terms of what a person can do about it. The interface has a sentence and a next step for each code.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Problem {
    /// The provider refused the key or the secret.
    CredentialsRejected { words: Option<ProviderWords> },
    /// This computer's clock differs from the provider's by so many seconds; positive: it is ahead. 0: by how much is not known.
    ClockSkew { by_seconds: i32, words: Option<ProviderWords> },
    /// The provider's allow-list does not have this computer's address.
    IpNotAllowed { words: Option<ProviderWords> },
    /// The merchant's domain is not confirmed at the provider.
    DomainNotVerified { words: Option<ProviderWords> },
    /// The merchant's account or its API access is switched off.
    AccountInactive { words: Option<ProviderWords> },
    /// Too many requests; `until` is when the next may go.
    RateLimited { until: Option<String>, words: Option<ProviderWords> },
    /// The provider fails or does not answer in time.
    ProviderDown { words: Option<ProviderWords> },
    /// The answer is not what the provider's reference promises.
    BadAnswer { fault: AnswerFaultName, words: Option<ProviderWords> },
    /// The provider refused for a reason of its own.
    Refused { words: Option<ProviderWords> },
    /// The address cannot be reached.
    Offline { words: Option<ProviderWords> },
    /// The typed address cannot be used.
    BadAddress { fault: AddressFaultName, words: Option<ProviderWords> },
    /// What was asked for does not exist.
    NotFound { words: Option<ProviderWords> },
    /// Somebody else changed it in the meantime.
    Conflict { words: Option<ProviderWords> },
    /// A form's field cannot be taken as it is.
    BadInput { field: String, words: Option<ProviderWords> },
    /// Stopped by the person or the app.
    Cancelled { words: Option<ProviderWords> },
    /// The connection's new address or key leads to another merchant's customers; nothing was mixed.
    OtherMerchant { words: Option<ProviderWords> },
    /// The file is no backup of a book, or it is damaged.
    BackupDamaged { words: Option<ProviderWords> },
    /// The system's keyring is locked.
    KeyringLocked { words: Option<ProviderWords> },
    /// The system has no keyring service.
    KeyringMissing { words: Option<ProviderWords> },
    /// Access to the keyring was refused.
    KeyringDenied { words: Option<ProviderWords> },
    /// The keyring did not answer in time.
    KeyringSilent { words: Option<ProviderWords> },
    /// The keyring no longer has this connection's credential.
    CredentialMissing { words: Option<ProviderWords> },
    /// The address changed: the stored credential belongs to another one and has to be typed again.
    CredentialNeeded { words: Option<ProviderWords> },
    /// The book exists and its key is not in the keyring.
    BookKeyMissing { words: Option<ProviderWords> },
    /// The key in the keyring does not open the book.
    BookKeyWrong { words: Option<ProviderWords> },
    /// The book's file is damaged.
    BookDamaged { words: Option<ProviderWords> },
    /// The book was written by a newer Vouch.
    BookNewer { words: Option<ProviderWords> },
    /// The secrets are sealed or locked: the passphrase comes first.
    PassphraseNeeded { words: Option<ProviderWords> },
    /// The passphrase, or the recovery code, is not the right one.
    PassphraseWrong { until: Option<String>, words: Option<ProviderWords> },
    /// The sealed vault, or the file of the lock, is damaged, and so is its last good copy.
    VaultDamaged { words: Option<ProviderWords> },
    /// The sealed vault, or the file of the lock, was written by a newer Vouch.
    VaultNewer { words: Option<ProviderWords> },
    /// A file of exported connections is damaged, cut off, or no such file.
    SealedFileDamaged { words: Option<ProviderWords> },
    /// A file of exported connections was written by a newer Vouch.
    SealedFileNewer { words: Option<ProviderWords> },
    /// There is no file of the name that a person gave.
    FileMissing { words: Option<ProviderWords> },
    /// There is a file of that name already, and nobody said to replace it.
    FileExists { words: Option<ProviderWords> },
    /// The disk is full.
    DiskFull { words: Option<ProviderWords> },
    /// The profile's folder cannot be written.
    DiskReadOnly { words: Option<ProviderWords> },
    /// A file could not be read or written.
    Disk { words: Option<ProviderWords> },
    /// The result that rows were asked of is no longer kept: search again.
    ResultGone { words: Option<ProviderWords> },
    /// A fault of Vouch itself.
    Internal { words: Option<ProviderWords> },
}

/// A provider's own words about a failure, for "Details" and for support.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProviderWords {
    /// HTTP status of the answer.
    pub http_status: Option<u16>,
    /// The provider's code.
    pub code: Option<String>,
    /// The provider's message, at most 500 characters.
    pub message: Option<String>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
}

/// In which way an answer is not what the reference promises; see [`kyc::AnswerFault`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AnswerFaultName {
    Html,
    NotJson,
    Shape,
    TooLarge,
    Truncated,
    Redirect,
}

/// In which way a typed address cannot be used; see [`kyc::AddressFault`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AddressFaultName {
    Empty,
    NoScheme,
    Malformed,
    NotEncrypted,
    OtherScheme,
    ExtraParts,
}

impl From<AnswerFault> for AnswerFaultName {
    fn from(fault: AnswerFault) -> Self {
        match fault {
            AnswerFault::Html => Self::Html,
            AnswerFault::NotJson => Self::NotJson,
            AnswerFault::Shape => Self::Shape,
            AnswerFault::TooLarge => Self::TooLarge,
            AnswerFault::Truncated => Self::Truncated,
            AnswerFault::Redirect => Self::Redirect,
        }
    }
}

impl From<AddressFault> for AddressFaultName {
    fn from(fault: AddressFault) -> Self {
        match fault {
            AddressFault::Empty => Self::Empty,
            AddressFault::NoScheme => Self::NoScheme,
            AddressFault::Malformed => Self::Malformed,
            AddressFault::NotEncrypted => Self::NotEncrypted,
            AddressFault::OtherScheme => Self::OtherScheme,
            AddressFault::ExtraParts => Self::ExtraParts,
        }
    }
}

impl From<kyc::ProviderWords> for ProviderWords {
    fn from(words: kyc::ProviderWords) -> Self {
        Self { http_status: words.http_status, code: words.code, message: words.message, request_id: words.request_id }
    }
}

impl From<kyc::Problem> for Problem {
    fn from(problem: kyc::Problem) -> Self {
        let words = problem.words.map(|words| ProviderWords::from(*words));
        match problem.trouble {
            Trouble::CredentialsRejected => Self::CredentialsRejected { words },
            Trouble::ClockSkew { by } => {
                let seconds = by.as_secs().clamp(i32::MIN.into(), i32::MAX.into());
                Self::ClockSkew { by_seconds: i32::try_from(seconds).unwrap_or_default(), words }
            }
            Trouble::IpNotAllowed => Self::IpNotAllowed { words },
            Trouble::DomainNotVerified => Self::DomainNotVerified { words },
            Trouble::AccountInactive => Self::AccountInactive { words },
            Trouble::RateLimited { until } => Self::RateLimited { until: until.map(|until| until.to_string()), words },
            Trouble::ProviderDown => Self::ProviderDown { words },
            Trouble::BadAnswer { fault } => Self::BadAnswer { fault: fault.into(), words },
            Trouble::Refused => Self::Refused { words },
            Trouble::Offline => Self::Offline { words },
            Trouble::BadAddress { fault } => Self::BadAddress { fault: fault.into(), words },
            Trouble::NotFound => Self::NotFound { words },
            Trouble::Conflict => Self::Conflict { words },
            Trouble::BadInput { field } => Self::BadInput { field: field.to_owned(), words },
            Trouble::Cancelled => Self::Cancelled { words },
            Trouble::OtherMerchant => Self::OtherMerchant { words },
            Trouble::BackupDamaged => Self::BackupDamaged { words },
            Trouble::KeyringLocked => Self::KeyringLocked { words },
            Trouble::KeyringMissing => Self::KeyringMissing { words },
            Trouble::KeyringDenied => Self::KeyringDenied { words },
            Trouble::KeyringSilent => Self::KeyringSilent { words },
            Trouble::CredentialMissing => Self::CredentialMissing { words },
            Trouble::CredentialNeeded => Self::CredentialNeeded { words },
            Trouble::BookKeyMissing => Self::BookKeyMissing { words },
            Trouble::BookKeyWrong => Self::BookKeyWrong { words },
            Trouble::BookDamaged => Self::BookDamaged { words },
            Trouble::BookNewer => Self::BookNewer { words },
            Trouble::PassphraseNeeded => Self::PassphraseNeeded { words },
            Trouble::PassphraseWrong { until } => {
                Self::PassphraseWrong { until: until.map(|until| until.to_string()), words }
            }
            Trouble::VaultDamaged => Self::VaultDamaged { words },
            Trouble::VaultNewer => Self::VaultNewer { words },
            Trouble::SealedFileDamaged => Self::SealedFileDamaged { words },
            Trouble::SealedFileNewer => Self::SealedFileNewer { words },
            Trouble::FileMissing => Self::FileMissing { words },
            Trouble::FileExists => Self::FileExists { words },
            Trouble::DiskFull => Self::DiskFull { words },
            Trouble::DiskReadOnly => Self::DiskReadOnly { words },
            Trouble::Disk => Self::Disk { words },
            Trouble::ResultGone => Self::ResultGone { words },
            Trouble::Internal => Self::Internal { words },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_on_the_wire_is_the_code_of_the_vocabulary() {
        let troubles = [
            Trouble::CredentialsRejected,
            Trouble::ClockSkew { by: jiff::SignedDuration::from_secs(-90) },
            Trouble::RateLimited { until: Some(jiff::Timestamp::UNIX_EPOCH) },
            Trouble::BadAnswer { fault: AnswerFault::NotJson },
            Trouble::BadAddress { fault: AddressFault::NotEncrypted },
            Trouble::BadInput { field: "api_key" },
            Trouble::KeyringLocked,
            Trouble::ResultGone,
            Trouble::Internal,
        ];
        for trouble in troubles {
            let code = trouble.code();
            let json = serde_json::to_value(Problem::from(kyc::Problem::from(trouble))).unwrap();
            assert_eq!(json["code"], code);
            assert!(json["words"].is_null(), "no provider spoke, in {json}");
        }
    }

    #[test]
    fn details_cross_in_camel_case() {
        let skew = Trouble::ClockSkew { by: jiff::SignedDuration::from_secs(-90) };
        assert_eq!(serde_json::to_value(Problem::from(kyc::Problem::from(skew))).unwrap()["bySeconds"], -90);
        let html = Trouble::BadAnswer { fault: AnswerFault::NotJson };
        assert_eq!(serde_json::to_value(Problem::from(kyc::Problem::from(html))).unwrap()["fault"], "not_json");
    }
}

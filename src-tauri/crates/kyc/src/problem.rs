//! What can go wrong, in terms of what a person can do about it.
//!
//! A [`Problem`] holds no text for people: the interface has a sentence and a next step for each [`Trouble`] in each
//! language. It never holds a secret: the parts that come from outside are a provider's code, message and request id.

use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// Something that went wrong, with the provider's own words for support where there are any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is, and with that what can be done.
    pub trouble: Trouble,
    /// What the provider said, for "Details" and for support.
    pub words: Option<Box<ProviderWords>>,
}

/// A provider's own words about a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderWords {
    /// HTTP status of the answer.
    pub http_status: Option<u16>,
    /// The provider's code, such as `INVALID_SIGNATURE` or `authorization_incorrect`.
    pub code: Option<String>,
    /// The provider's message, shortened to 500 characters.
    pub message: Option<String>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
}

/// The kinds of trouble, each with one next step for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The provider refused the key or the secret.
    CredentialsRejected,
    /// This computer's clock differs from the provider's, so signed requests are refused. Positive: this computer is ahead.
    ClockSkew {
        /// The difference, to the second.
        by: SignedDuration,
    },
    /// The provider's allow-list does not have this computer's address.
    IpNotAllowed,
    /// The merchant's domain is not confirmed at the provider.
    DomainNotVerified,
    /// The provider has switched the merchant's account or its API access off.
    AccountInactive,
    /// Too many requests.
    RateLimited {
        /// When the next request may go, where that is known.
        until: Option<Timestamp>,
    },
    /// The provider answers with a failure of its own, or not in time.
    ProviderDown,
    /// The answer is not what the provider's reference promises.
    BadAnswer {
        /// In which way.
        fault: AnswerFault,
    },
    /// The provider refused the request for a reason of its own; its words say which.
    Refused,
    /// The address cannot be reached: no network, no such host, or nobody listens there.
    Offline,
    /// The typed address is no address that requests may go to.
    BadAddress {
        /// In which way.
        fault: AddressFault,
    },
    /// What was asked for does not exist (any more).
    NotFound,
    /// Somebody else changed it in the meantime.
    Conflict,
    /// A field of a form cannot be taken as it is.
    BadInput {
        /// The form's field: `api_key`, `label` …
        field: &'static str,
    },
    /// The person or the app stopped it.
    Cancelled,
    /// The connection's new address or key leads to none of the customers that the book has of it: to another merchant's,
    /// most likely. Nothing was mixed.
    OtherMerchant,
    /// The file is no backup of a book, or it is damaged.
    BackupDamaged,
    /// The system's keyring is locked.
    KeyringLocked,
    /// The system has no keyring service.
    KeyringMissing,
    /// The person or the system refused access to the keyring.
    KeyringDenied,
    /// The keyring did not answer in time.
    KeyringSilent,
    /// The keyring no longer has this connection's credential.
    CredentialMissing,
    /// The address is another one than the stored credential belongs to: it has to be typed again.
    CredentialNeeded,
    /// The book exists and its key is not in the keyring. A new key is never made in its place.
    BookKeyMissing,
    /// The key in the keyring does not open the book.
    BookKeyWrong,
    /// The book's file is damaged.
    BookDamaged,
    /// The book was written by a newer Vouch.
    BookNewer,
    /// The secrets are sealed or locked: the passphrase comes first.
    PassphraseNeeded,
    /// The passphrase, or the recovery code, is not the right one.
    PassphraseWrong {
        /// Before this nothing is tried again, after several wrong ones.
        until: Option<Timestamp>,
    },
    /// The sealed vault, or the file of the lock, is damaged, and so is its last good copy.
    VaultDamaged,
    /// The sealed vault, or the file of the lock, was written by a newer Vouch.
    VaultNewer,
    /// A file of exported connections is damaged, cut off, or no such file.
    SealedFileDamaged,
    /// A file of exported connections was written by a newer Vouch.
    SealedFileNewer,
    /// There is no file of the name that a person gave.
    FileMissing,
    /// There is a file of that name already, and nobody said to replace it.
    FileExists,
    /// The disk is full.
    DiskFull,
    /// The profile's folder cannot be written.
    DiskReadOnly,
    /// A file could not be read or written for another reason.
    Disk,
    /// The search result that rows were asked of is no longer kept; searching again helps.
    ResultGone,
    /// A fault of Vouch itself.
    Internal,
}

/// In which way an answer is not what the reference promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerFault {
    /// A web page instead of data: mostly a wrong address or a sign-in page of the network.
    Html,
    /// Neither a web page nor JSON.
    NotJson,
    /// JSON of another shape.
    Shape,
    /// More bytes than any honest answer has.
    TooLarge,
    /// It stopped before its end.
    Truncated,
    /// It sends elsewhere; redirects are not followed, because signed requests must not be repeated at another host.
    Redirect,
}

/// In which way a typed address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressFault {
    /// Empty.
    Empty,
    /// No `https://` in front.
    NoScheme,
    /// Not an address.
    Malformed,
    /// `http` to a host that is not this computer.
    NotEncrypted,
    /// A scheme other than `https` or `http`.
    OtherScheme,
    /// It holds a user name, a password, a query or a fragment.
    ExtraParts,
}

impl Trouble {
    /// The stable code in snake case, on which the interface and tests hold on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CredentialsRejected => "credentials_rejected",
            Self::ClockSkew { .. } => "clock_skew",
            Self::IpNotAllowed => "ip_not_allowed",
            Self::DomainNotVerified => "domain_not_verified",
            Self::AccountInactive => "account_inactive",
            Self::RateLimited { .. } => "rate_limited",
            Self::ProviderDown => "provider_down",
            Self::BadAnswer { .. } => "bad_answer",
            Self::Refused => "refused",
            Self::Offline => "offline",
            Self::BadAddress { .. } => "bad_address",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::BadInput { .. } => "bad_input",
            Self::Cancelled => "cancelled",
            Self::OtherMerchant => "other_merchant",
            Self::BackupDamaged => "backup_damaged",
            Self::KeyringLocked => "keyring_locked",
            Self::KeyringMissing => "keyring_missing",
            Self::KeyringDenied => "keyring_denied",
            Self::KeyringSilent => "keyring_silent",
            Self::CredentialMissing => "credential_missing",
            Self::CredentialNeeded => "credential_needed",
            Self::BookKeyMissing => "book_key_missing",
            Self::BookKeyWrong => "book_key_wrong",
            Self::BookDamaged => "book_damaged",
            Self::BookNewer => "book_newer",
            Self::PassphraseNeeded => "passphrase_needed",
            Self::PassphraseWrong { .. } => "passphrase_wrong",
            Self::VaultDamaged => "vault_damaged",
            Self::VaultNewer => "vault_newer",
            Self::SealedFileDamaged => "sealed_file_damaged",
            Self::SealedFileNewer => "sealed_file_newer",
            Self::FileMissing => "file_missing",
            Self::FileExists => "file_exists",
            Self::DiskFull => "disk_full",
            Self::DiskReadOnly => "disk_read_only",
            Self::Disk => "disk",
            Self::ResultGone => "result_gone",
            Self::Internal => "internal",
        }
    }
}

impl Problem {
    /// Longest provider message that is kept, in characters.
    pub const MESSAGE_LIMIT: usize = 500;

    /// Adds the provider's words; the message is shortened to [`MESSAGE_LIMIT`](Self::MESSAGE_LIMIT) characters.
    #[must_use]
    pub fn with_words(mut self, mut words: ProviderWords) -> Self {
        if let Some(message) = &mut words.message
            && let Some((end, _)) = message.char_indices().nth(Self::MESSAGE_LIMIT)
        {
            message.truncate(end);
            message.push('…');
        }
        self.words = Some(Box::new(words));
        self
    }

    /// The stable code; see [`Trouble::code`].
    pub fn code(&self) -> &'static str {
        self.trouble.code()
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, words: None }
    }
}

/// For logs: the code, and the provider's code and request id. Not the message, which may hold personal data.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())?;
        let Some(words) = &self.words else { return Ok(()) };
        if let Some(status) = words.http_status {
            write!(formatter, " http={status}")?;
        }
        if let Some(code) = &words.code {
            write!(formatter, " code={}", code.escape_debug())?;
        }
        if let Some(request_id) = &words.request_id {
            write!(formatter, " request={}", request_id.escape_debug())?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_shortened_on_a_character() {
        let words = ProviderWords { message: Some("ы".repeat(900)), ..ProviderWords::default() };
        let problem = Problem::from(Trouble::Refused).with_words(words);
        let kept = problem.words.unwrap().message.unwrap();
        assert_eq!(kept.chars().count(), Problem::MESSAGE_LIMIT + 1);
        assert!(kept.ends_with('…'));
    }

    #[test]
    fn a_log_line_has_codes_and_no_message() {
        let words = ProviderWords {
            http_status: Some(403),
            code: Some("SOURCE_IP_NOT_ALLOWED".to_owned()),
            message: Some("Ivan Ivanov".to_owned()),
            request_id: Some("req-1".to_owned()),
        };
        let line = Problem::from(Trouble::IpNotAllowed).with_words(words).to_string();
        assert_eq!(line, "ip_not_allowed http=403 code=SOURCE_IP_NOT_ALLOWED request=req-1");
    }
}

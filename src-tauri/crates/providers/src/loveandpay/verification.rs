//! Love&Pay's KYC sessions as they are read: one customer's way through their identity check, and what it found. A row
//! of the list tells less than the session itself; both are keyed by `id`, because `sessionId` is written in two lengths.

use super::assumptions;
use crate::action::VerificationLink;
use crate::json::{self, Raw};
use crate::records;
use jiff::Timestamp;
use jiff::civil::Date;
use kyc::KycStatus;
use rust_decimal::Decimal;

/// A KYC session.
#[derive(Debug, Clone)]
pub struct Session {
    /// The provider's id, a UUID.
    pub id: String,
    /// The id in the link, `verification-…`; short here, long in the answer that made the session. No key.
    pub session_id: Option<String>,
    /// How far it is.
    pub status: SessionStatus,
    /// The invoice that it was made for.
    pub invoice: Option<String>,
    /// The merchant's own id of the customer: not the provider's.
    pub merchant_customer: Option<String>,
    /// E-mail of the customer.
    pub email: Option<String>,
    /// Phone of the customer.
    pub phone: Option<String>,
    /// What was found, once there is something.
    pub verification: Option<Verification>,
    /// The link, with its end; in a row of the list there is none.
    pub link: Option<VerificationLink>,
    /// Until when the session is open.
    pub expires: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The record as it came, without links.
    pub raw: String,
}

/// What an identity check found. The provider may leave out any of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// First name.
    pub first_name: Option<String>,
    /// Patronymic.
    pub middle_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Whole name; here with the patronymic in the middle, unlike a customer's.
    pub full_name: Option<String>,
    /// Date of birth.
    pub born: Option<Date>,
    /// The provider's word for the kind of paper: `passport`.
    pub document: Option<String>,
    /// Its number, masked by the provider: `****1234`.
    pub document_number: Option<String>,
    /// The country that issued it, three letters: `RUS`.
    pub document_country: Option<String>,
    /// When it was issued.
    pub document_issued: Option<Date>,
    /// Until when it is valid.
    pub document_expires: Option<Date>,
    /// How well face and photograph match, 0 to 1.
    pub face_match: Option<Decimal>,
    /// How surely a living person sat there, 0 to 1.
    pub liveness: Option<Decimal>,
    /// When the check ended.
    pub verified: Option<Timestamp>,
}

/// How far a KYC session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionStatus {
    /// The link was not opened yet.
    NotStarted,
    /// The customer is at it.
    InProgress,
    /// Waits to be looked at.
    Pending,
    /// A person looks at it.
    ManualReview,
    /// The identity is proved. The customer's own word for it is `VERIFIED`.
    Approved,
    /// The identity is not proved.
    Rejected,
    /// The same by another word.
    Declined,
    /// The link ran out.
    Expired,
    /// The customer gave up.
    Abandoned,
    /// A word that is not documented, as it came.
    Unknown(String),
}

const WORDS: [(&str, SessionStatus); 9] = [
    ("NOT_STARTED", SessionStatus::NotStarted),
    ("IN_PROGRESS", SessionStatus::InProgress),
    ("PENDING", SessionStatus::Pending),
    ("MANUAL_REVIEW", SessionStatus::ManualReview),
    ("APPROVED", SessionStatus::Approved),
    ("REJECTED", SessionStatus::Rejected),
    ("DECLINED", SessionStatus::Declined),
    ("EXPIRED", SessionStatus::Expired),
    ("ABANDONED", SessionStatus::Abandoned),
];

impl SessionStatus {
    /// From the provider's word.
    pub(super) fn from_word(word: &str) -> Self {
        assumptions::meaning(word, &WORDS, Self::Unknown)
    }

    /// The provider's word.
    pub fn word(&self) -> &str {
        match self {
            Self::Unknown(word) => word,
            known => WORDS.iter().find(|(_, status)| status == known).map_or("", |(word, _)| word),
        }
    }

    /// What the session says of the customer. A session that ran out or was given up decides nothing: the customer may
    /// have another one.
    pub fn kyc(&self) -> KycStatus {
        match self {
            Self::Approved => KycStatus::Verified,
            Self::NotStarted => KycStatus::NotStarted,
            Self::InProgress | Self::Pending | Self::ManualReview => KycStatus::Pending,
            Self::Rejected | Self::Declined => KycStatus::Rejected,
            Self::Expired | Self::Abandoned | Self::Unknown(_) => KycStatus::Unknown(self.word().to_owned()),
        }
    }
}

json::record!(
    struct Row {
        id: "id",
        session_id: "sessionId",
        status: "status",
        invoice_id: "invoiceId",
        customer_id: "customerId",
        customer_email: "customerEmail",
        customer_phone: "customerPhone",
        verification: "verification",
        verification_url: "verificationUrl",
        expires_at: "expiresAt",
        created_at: "createdAt",
    }
);

json::record!(
    struct Findings {
        first_name: "firstName",
        middle_name: "middleName",
        last_name: "lastName",
        full_name: "fullName",
        date_of_birth: "dateOfBirth",
        document_type: "documentType",
        document_number: "documentNumber",
        document_country: "documentCountry",
        document_issued_at: "documentIssuedAt",
        document_expires_at: "documentExpiresAt",
        face_match_score: "faceMatchScore",
        liveness_score: "livenessScore",
        verified_at: "verifiedAt",
    }
);

/// A session, from a row of the list or from its own answer.
pub(super) fn session(record: Raw<'_>) -> Result<Session, String> {
    let row: Row<'_> = record.record().ok_or("not an object, or a field twice")?;
    let expires = json::moment(row.expires_at);
    Ok(Session {
        id: json::id(row.id)?,
        session_id: json::text(row.session_id),
        status: SessionStatus::from_word(&json::word(row.status)),
        invoice: json::text(row.invoice_id),
        merchant_customer: json::text(row.customer_id),
        email: json::text(row.customer_email),
        phone: json::text(row.customer_phone),
        verification: row.verification.and_then(findings),
        link: json::text(row.verification_url).and_then(|url| VerificationLink::new(url, expires)),
        expires,
        created: json::moment(row.created_at),
        raw: records::kept(record),
    })
}

fn findings(record: Raw<'_>) -> Option<Verification> {
    let found: Findings<'_> = record.record()?;
    Some(Verification {
        first_name: json::text(found.first_name),
        middle_name: json::text(found.middle_name),
        last_name: json::text(found.last_name),
        full_name: json::text(found.full_name),
        born: json::date(found.date_of_birth),
        document: json::text(found.document_type),
        document_number: json::text(found.document_number),
        document_country: json::text(found.document_country),
        document_issued: json::date(found.document_issued_at),
        document_expires: json::date(found.document_expires_at),
        face_match: assumptions::score(found.face_match_score),
        liveness: assumptions::score(found.liveness_score),
        verified: json::moment(found.verified_at),
    })
}

/// The session in a successful answer; `None` when the answer has another shape or is about another one.
pub(super) fn answered(body: &str, asked: &str) -> Option<Session> {
    json::record!(
        struct Reply {
            session: "session",
        }
    );
    let session = session(json::object::<Reply<'_>>(body)?.session?).ok()?;
    session.id.eq_ignore_ascii_case(asked).then_some(session)
}

#[cfg(test)]
#[path = "verification_tests.rs"]
mod tests;

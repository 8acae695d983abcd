//! One KYC session as the provider tells of it, and the sessions that the customers of the start have behind them.

use super::synthesis::{Facts, Synthesis};
use crate::moment::{DAY, MINUTE, Moment, SECOND};
use crate::people::{Member, Standing};
use crate::random::Random;
use crate::roster::Source;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use uuid::Uuid;

/// The words that can be asked for: the first three are in the reference's examples, the others may come as well.
pub const STATUSES: &[&str] = &[
    "NOT_STARTED",
    "IN_PROGRESS",
    "APPROVED",
    "PENDING",
    "MANUAL_REVIEW",
    "REJECTED",
    "DECLINED",
    "EXPIRED",
    "ABANDONED",
];

/// How long a link is good for, as in the reference's example.
pub const LIFETIME: i64 = 30 * MINUTE;

/// A session.
#[derive(Debug, Clone)]
pub struct Session {
    /// The id that it is asked for by.
    pub id: Uuid,
    /// One of [`STATUSES`], or a word that the control endpoint has put there.
    pub status: Cow<'static, str>,
    /// The invoice it is tied to.
    pub invoice_id: Option<Uuid>,
    /// The merchant's own id of the customer.
    pub customer_id: Option<String>,
    /// The customer's address.
    pub email: Option<String>,
    /// The customer's phone number.
    pub phone: Option<String>,
    /// What was found out, all of it.
    pub verification: Option<Map<String, Value>>,
    /// Until when the link is good.
    pub expires: Moment,
    /// A whole second.
    pub created: Moment,
}

impl Session {
    /// As the reply to its creation has it: the long ids, and nothing found out.
    pub fn as_created(&self) -> Value {
        let session_id = format!("verification-{}", self.id);
        json!({
            "id": self.id,
            "sessionId": session_id,
            "status": self.status,
            "verificationUrl": link(&session_id),
            "invoiceId": self.invoice_id,
            "customerEmail": self.email,
            "customerPhone": self.phone,
            "customerId": self.customer_id,
            "expiresAt": self.expires,
            "createdAt": self.created,
        })
    }

    /// As the list has it.
    pub fn row(&self) -> Value {
        let verification = self.verification.as_ref().map(|all| {
            let mut shown = all.clone();
            for name in ["middleName", "documentNumber", "documentIssuedAt", "documentExpiresAt"] {
                shown.remove(name);
            }
            if let (Some(first), Some(last)) = (text(all, "firstName"), text(all, "lastName")) {
                shown.insert("fullName".to_owned(), format!("{first} {last}").into());
            }
            shown
        });
        json!({
            "id": self.id,
            "sessionId": self.short_id(),
            "invoiceId": self.invoice_id,
            "customerId": self.customer_id,
            "customerEmail": self.email,
            "customerPhone": self.phone,
            "status": self.status,
            "verification": verification,
            "createdAt": self.created,
        })
    }

    /// As it is told alone.
    pub fn whole(&self) -> Value {
        let mut whole = self.row();
        whole["verificationUrl"] = link(&self.short_id()).into();
        whole["verification"] = json!(self.verification);
        whole["expiresAt"] = json!(self.expires);
        whole
    }

    fn short_id(&self) -> String {
        format!("verification-{}", &self.id.to_string()[..8])
    }

    /// The place of the status among the words that can be asked for; behind the last for any other.
    pub fn status_place(&self) -> u8 {
        status_place(&self.status)
    }
}

fn status_place(status: &str) -> u8 {
    let place = STATUSES.iter().position(|word| *word == status).unwrap_or(STATUSES.len());
    u8::try_from(place).unwrap_or(u8::MAX)
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name)?.as_str()
}

fn link(session_id: &str) -> String {
    format!("https://kyc.example.com/verify/{session_id}")
}

/// What is drawn of the session that a customer of the start has behind it. Much cheaper than the whole session.
#[derive(Debug, Clone, Copy)]
pub struct Past {
    /// A whole second.
    pub created: Moment,
    status: &'static str,
    verified_at: Option<Moment>,
}

impl Past {
    /// The session of this customer; those whose check has not begun have none.
    pub fn of(facts: &Facts, now: Moment, random: &mut Random) -> Option<Self> {
        let minutes = |random: &mut Random| i64::try_from(random.within(3..20)).unwrap_or(3) * MINUTE;
        let (status, created) = match (facts.word, facts.standing) {
            (Some(_), _) => ("MANUAL_REVIEW", None),
            (None, Standing::NotStarted) => return None,
            (None, Standing::Verified) => ("APPROVED", facts.verified_at.map(|at| at.before(minutes(random)))),
            (None, Standing::Rejected) => (random.weighted(&[(3, "REJECTED"), (1, "DECLINED")]), None),
            (None, Standing::Pending) => {
                let words = [(50, "IN_PROGRESS"), (25, "NOT_STARTED"), (15, "EXPIRED"), (10, "ABANDONED")];
                (random.weighted(&words), None)
            }
        };
        let created = created.unwrap_or_else(|| {
            let room = (now.milliseconds() - facts.created.milliseconds()).clamp(1, 10 * DAY);
            facts.created.after(i64::try_from(random.within(0..room.unsigned_abs())).unwrap_or(0))
        });
        let created = created.before(created.milliseconds().rem_euclid(SECOND));
        Some(Self { created, status, verified_at: facts.verified_at })
    }

    /// See [`Session::status_place`].
    pub fn status_place(&self) -> u8 {
        status_place(self.status)
    }

    /// The whole session.
    pub fn session(
        &self,
        id: Uuid,
        invoice_id: Option<Uuid>,
        slot: u32,
        customers: &Synthesis,
        random: &mut Random,
    ) -> Session {
        let row = customers.entry(slot).row;
        let member = customers.member(slot);
        Session {
            id,
            status: Cow::Borrowed(self.status),
            invoice_id: invoice_id.filter(|_| random.chance(300)),
            customer_id: Some(format!("merchant-user-{slot}")),
            email: row.text("email").map(str::to_owned),
            phone: row.text("phone").map(str::to_owned),
            verification: self.verified_at.map(|at| verification(&Identity::of(member), at, random)),
            expires: self.created.after(LIFETIME),
            created: self.created,
        }
    }
}

/// What a document says of somebody's name.
#[derive(Debug, Clone)]
pub struct Identity {
    first: String,
    middle: Option<String>,
    last: String,
    country: &'static str,
}

impl Identity {
    fn of(member: Member) -> Self {
        let Member { name, patronymic, country, .. } = member;
        Self { first: name.given, middle: patronymic, last: name.family, country }
    }

    /// Of a name written in one piece: the first word is the given name.
    pub fn of_full_name(name: &str) -> Self {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        Self { first: first.to_owned(), middle: None, last: last.to_owned(), country: "RUS" }
    }
}

/// What an approved session has found out.
pub fn verification(identity: &Identity, verified_at: Moment, random: &mut Random) -> Map<String, Value> {
    let Identity { first, middle, last, country } = identity;
    let names = [Some(first), middle.as_ref(), Some(last)];
    let full_name: Vec<_> = names.into_iter().flatten().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let year = random.within(1955..2005);
    let mut date = |first_year: u64, years: u64| {
        let year = first_year + random.within(0..years);
        format!("{year}-{:02}-{:02}", random.within(1..13), random.within(1..29))
    };
    let (born, issued) = (date(year, 1), date(2016, 8));
    let expires = format!("{}{}", issued[..4].parse::<u64>().unwrap_or(2016) + 10, &issued[4..]);
    let mut score = || json!(f64::from(u32::try_from(random.within(88..100)).unwrap_or(99)) / 100.0);
    let (face, liveness) = (score(), score());
    let found = json!({
        "firstName": first,
        "lastName": last,
        "middleName": middle,
        "fullName": full_name.join(" "),
        "dateOfBirth": born,
        "documentType": "passport",
        "documentNumber": format!("****{:04}", random.within(0..10_000)),
        "documentCountry": country,
        "documentIssuedAt": issued,
        "documentExpiresAt": expires,
        "faceMatchScore": face,
        "livenessScore": liveness,
        "verifiedAt": verified_at,
    });
    if let Value::Object(fields) = found { fields } else { Map::new() }
}

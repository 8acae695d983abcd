//! Whether a KYC session whose answer was lost exists all the same: it is looked for in the list of sessions, and its link
//! is read. Nothing is made here, and nothing is asked for a second time.

use super::verification::{self, Session};
use super::{LoveAndPay, assumptions, next_offset, other_shape, routes, wire};
use crate::action::{Outcome, VerificationLink, may_have_succeeded};
use crate::http::Call;
use crate::records;
use jiff::{SignedDuration, Timestamp};
use kyc::{Customer, Problem};
use std::cmp::Reverse;
use std::time::Duration;

/// A `Date` header is cut to the second, and so may a session's own time be.
const CUT: SignedDuration = SignedDuration::from_secs(2);

/// What the list of sessions tells.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// The session of this id.
    Session(String),
    /// There is none.
    None,
    /// The list leaves it open.
    Unclear,
}

/// Whose session is looked for, and since when it can exist by the provider's clock.
struct Sought<'a> {
    email: Option<&'a str>,
    phone: Option<&'a str>,
    since: Timestamp,
}

impl LoveAndPay {
    /// What became of a request for a session that began at `begun`, counted as [`Clock::elapsed`](crate::Clock::elapsed),
    /// and whose answer was `lost`.
    pub(super) async fn look_for_session(
        &self,
        customer: &Customer,
        begun: Duration,
        lost: Problem,
    ) -> Outcome<VerificationLink> {
        self.core.settle().await;
        match self.find_session(customer, begun).await {
            Ok(Found::Session(id)) => match self.kyc_session(&id).await {
                Ok(Session { link: Some(link), .. }) => Outcome::Done(link),
                _ => Outcome::Unknown(lost),
            },
            Ok(Found::None) if !may_have_succeeded(&lost) => Outcome::Refused(lost),
            _ => Outcome::Unknown(lost),
        }
    }

    async fn find_session(&self, customer: &Customer, begun: Duration) -> Result<Found, Problem> {
        let full = assumptions::SESSIONS_PAGE;
        let query = vec![("limit", full.to_string()), ("offset", "0".to_owned())];
        let answer = self.send(&Call::to(&routes::KYC_SESSIONS_LIST).query(query)).await?;
        // This computer's clock may be wrong, and what a session's time is compared with must be the provider's.
        let age = SignedDuration::try_from(self.core.elapsed().saturating_sub(begun)).unwrap_or(SignedDuration::MAX);
        let since = answer.date.and_then(|date| date.checked_sub(age.saturating_add(CUT)).ok());
        let Some(since) = since else { return Ok(Found::Unclear) };
        let wire::List { rows, total } = answer.record().ok_or_else(|| other_shape(&answer))?;
        let is_whole = next_offset(0, rows.len() as u64, full, total, &answer)?.is_none();
        let (sessions, rejected) = records::read(rows.iter().copied(), verification::session);
        if !rejected.is_empty() {
            return Ok(Found::Unclear);
        }
        let sought = Sought { email: customer.email.as_deref(), phone: customer.phone.as_deref(), since };
        Ok(among(&sessions, is_whole, &sought))
    }
}

/// Looks through the first page of the list. In no documented order: a page that does not hold the whole list rules a
/// session out only where it shows that the newest stand first and reaches back far enough.
fn among(sessions: &[Session], is_whole: bool, sought: &Sought<'_>) -> Found {
    let is_new = |session: &&Session| session.created.is_none_or(|created| created >= sought.since);
    let mut unclear = false;
    let mut theirs = Vec::new();
    for session in sessions.iter().filter(is_new) {
        let contacts = [
            is_same(sought.email, session.email.as_deref(), |email| email.trim().to_lowercase()),
            is_same(sought.phone, session.phone.as_deref(), assumptions::search_text),
        ];
        match (contacts.contains(&Some(true)), contacts.contains(&Some(false))) {
            (true, false) if session.created.is_some() => theirs.push(session),
            (false, true) => {}
            _ => unclear = true,
        }
    }
    // Of several, each opens the check of the same customer.
    theirs.sort_by_key(|session| Reverse(session.created));
    let newest_first = sessions.is_sorted_by_key(|session| Reverse(session.created));
    let reaches_back = sessions.last().and_then(|oldest| oldest.created).is_some_and(|oldest| oldest < sought.since);
    match theirs.first() {
        Some(session) => Found::Session(session.id.clone()),
        None if !unclear && (is_whole || (newest_first && reaches_back)) => Found::None,
        None => Found::Unclear,
    }
}

/// Whether two ways of writing a contact are the same one; `None` where one is missing.
fn is_same(sent: Option<&str>, listed: Option<&str>, plain: impl Fn(&str) -> String) -> Option<bool> {
    Some(plain(sent?) == plain(listed?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Raw;
    use serde_json::{Value, json};

    fn sessions(rows: &[Value]) -> Vec<Session> {
        let session = |row: &Value| verification::session(Raw::parse(&row.to_string()).unwrap()).unwrap();
        rows.iter().map(session).collect()
    }

    fn sought() -> Sought<'static> {
        let since = "2026-11-20T10:00:00Z".parse().unwrap();
        Sought { email: Some(" Ana@example.com"), phone: Some("8 900 000-00-01"), since }
    }

    fn row(id: &str, email: Value, phone: Value, created: Value) -> Value {
        json!({"id": id, "status": "NOT_STARTED", "customerEmail": email, "customerPhone": phone, "createdAt": created})
    }

    const NEW: &str = "2026-11-20T10:00:00.000Z";
    const OLD: &str = "2026-11-20T09:59:59.999Z";
    const EMAIL: &str = "ana@example.com";
    const PHONE: &str = "+79000000001";

    #[test]
    fn a_session_is_told_by_its_contacts_and_its_time() {
        let found = || Found::Session("a".into());
        for (row, expected) in [
            (row("a", EMAIL.into(), PHONE.into(), NEW.into()), found()),
            (row("a", "ANA@EXAMPLE.COM".into(), Value::Null, NEW.into()), found()),
            (row("a", Value::Null, PHONE.into(), NEW.into()), found()),
            (row("a", EMAIL.into(), PHONE.into(), OLD.into()), Found::None),
            (row("a", "b@example.com".into(), "+79000000002".into(), NEW.into()), Found::None),
            (row("a", "b@example.com".into(), Value::Null, NEW.into()), Found::None),
            // Somebody who shares one contact, nobody, and no time.
            (row("a", EMAIL.into(), "+79000000002".into(), NEW.into()), Found::Unclear),
            (row("a", Value::Null, Value::Null, NEW.into()), Found::Unclear),
            (row("a", EMAIL.into(), PHONE.into(), Value::Null), Found::Unclear),
        ] {
            assert_eq!(among(&sessions(std::slice::from_ref(&row)), true, &sought()), expected, "{row}");
        }
    }

    #[test]
    fn of_several_the_newest_is_taken() {
        let of = |id: &str, created: &str| row(id, EMAIL.into(), PHONE.into(), created.into());
        let rows = [of("a", NEW), of("b", "2026-11-20T10:00:09Z"), of("c", "2026-11-20T10:00:01Z")];
        assert_eq!(among(&sessions(&rows), true, &sought()), Found::Session("b".into()));
    }

    #[test]
    fn a_part_of_the_list_rules_a_session_out_only_where_the_newest_stand_first() {
        let of = |created: &str| row("a", "b@example.com".into(), Value::Null, created.into());
        let judge = |times: &[&str], is_whole| {
            let rows: Vec<_> = times.iter().map(|time| of(time)).collect();
            among(&sessions(&rows), is_whole, &sought())
        };
        assert_eq!(judge(&[NEW, OLD], false), Found::None);
        assert_eq!(judge(&[OLD, NEW], false), Found::Unclear);
        assert_eq!(judge(&[OLD, NEW, OLD], false), Found::Unclear);
        assert_eq!(judge(&[NEW, NEW], false), Found::Unclear);
        assert_eq!(judge(&[OLD, NEW], true), Found::None);
        assert_eq!(judge(&[], true), Found::None);
    }
}

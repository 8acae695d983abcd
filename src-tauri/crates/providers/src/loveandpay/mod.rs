//! Love&Pay, merchant API v2: signed requests, lists by `limit` and `offset`. Public documentation:
//! <https://docs.loveandpay.io>.

mod assumptions;
mod card;
mod errors;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod invoice;
mod lookup;
mod routes;
mod session;
mod signature;
mod verification;
mod wire;

pub use invoice::{Invoice, InvoiceCustomer, InvoiceStatus, Rate};
pub use verification::{Session, SessionStatus, Verification};

use crate::action::{BlockState, Card, Contact, Doubt, Known, Outcome, VerificationLink, doubt};
use crate::ahead::Unread;
use crate::budget::Budget;
use crate::http::{Absent, Answer, Call, Core, Dialect, Failure, Outgoing};
use crate::json::Raw;
use crate::listing::Listing;
use crate::provider::{
    Actions, Capabilities, Cursor, Description, Filter, ListFilter, Page, Provider, Specific, Verified,
};
use crate::records::{self, Rows};
use crate::registry::Endpoint;
use crate::route::Route;
use assumptions::{MOST_ROWS, PAGE_SIZE};
use async_trait::async_trait;
use kyc::{
    AnswerFault, Blocked, Credential, Currency, Customer, KycStatus, Problem, ProviderCustomerId, RequestLimits,
    Trouble,
};
use reqwest::header::HeaderMap;
use secrecy::SecretString;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Announced on 2026-07-29; the host of the older documentation was to be switched off on 2026-08-01. Test keys work at
/// the same address.
const ADDRESS: &str = "https://api.prod.loveandpay.io/api/v2";

/// Love&Pay in the registry.
pub(crate) const DESCRIPTION: Description = Description {
    key: "loveandpay",
    name: "Love&Pay",
    also_called: &["loveandpay", "love & pay", "lnp", "lovepay"],
    live_url: Some(ADDRESS),
    sandbox_url: Some(ADDRESS),
    key_prefix: Some("pk_"),
    secret_prefix: Some("sk_"),
    limits: RequestLimits { per_minute: Some(assumptions::PER_MINUTE), per_hour: Some(assumptions::PER_HOUR) },
    capabilities: CAPABILITIES,
    routes: routes::ALL,
    not_called: routes::NOT_CALLED,
    connect,
};

const CAPABILITIES: Capabilities = Capabilities {
    page_size: PAGE_SIZE,
    per_second: None,
    one_at_a_time: false,
    filters: &[Filter::Search, Filter::Kyc, Filter::Trust],
    silent_on: &[],
    actions: Actions {
        card: true,
        check: true,
        kyc_status: true,
        block: true,
        unblock: true,
        verification_link: true,
        documents: false,
        payments: false,
        register: false,
    },
    document_kinds: &[],
};

fn connect(endpoint: Endpoint, credential: Credential) -> Result<Arc<dyn Provider>, Problem> {
    let core = Core::new(endpoint, &DESCRIPTION)?;
    Ok(Arc::new(LoveAndPay { core, credential }))
}

/// A connection to Love&Pay: a [`Provider`], and what only Love&Pay has.
#[derive(Debug)]
pub struct LoveAndPay {
    core: Core,
    credential: Credential,
}

/// The provider's part in each request.
struct Signing<'a> {
    credential: &'a Credential,
}

impl Dialect for Signing<'_> {
    fn headers(&self, outgoing: &Outgoing<'_>) -> Result<HeaderMap, Problem> {
        signature::headers(self.credential, outgoing)
    }

    fn judge(&self, absent: Absent, answer: &Answer) -> Result<(), Failure> {
        errors::judge(absent, answer)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.credential.api_secret, &self.credential.api_key]
    }
}

#[async_trait]
impl Provider for LoveAndPay {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn budget(&self) -> &Budget {
        self.core.budget()
    }

    fn specific(&self) -> Specific<'_> {
        Specific::LoveAndPay(self)
    }

    async fn verify(&self) -> Result<Verified, Problem> {
        let query = vec![("limit", "1".to_owned()), ("offset", "0".to_owned())];
        let answer = self.send(&Call::to(&routes::CUSTOMERS_LIST).query(query)).await?;
        let list: wire::List<'_> = answer.record().ok_or_else(|| other_shape(&answer))?;
        Ok(Verified { customers: list.total })
    }

    async fn customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Page, Problem> {
        self.unread_customers(filter, cursor).await.map(Unread::read)
    }

    async fn unread_customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Unread, Problem> {
        filter.only(CAPABILITIES.filters)?;
        let offset = offset_of(cursor);
        let search = filter.search.as_deref().map(assumptions::search_text).filter(|text| !text.is_empty());
        let mut query = vec![("limit", PAGE_SIZE.to_string()), ("offset", offset.to_string())];
        if let Some(text) = &search {
            query.push((assumptions::SEARCH_PARAMETER, text.clone()));
        }
        if let Some(status) = &filter.kyc {
            let word = wire::kyc_word(status).ok_or(Trouble::BadInput { field: Filter::Kyc.name() })?;
            query.push(("kycStatus", word.to_owned()));
        }
        if let Some(level) = &filter.trust {
            let word = wire::trust_word(level).ok_or(Trouble::BadInput { field: Filter::Trust.name() })?;
            query.push(("trustLevel", word.to_owned()));
        }
        let answer = self.send(&Call::to(&routes::CUSTOMERS_LIST).query(query)).await?;
        let wire::List { rows, total } = answer.record().ok_or_else(|| other_shape(&answer))?;
        let next = next_offset(offset, rows.len() as u64, PAGE_SIZE, total, &answer)?.map(cursor_at);
        let rows = Rows::of(&answer, &rows);
        Ok(Unread::new(next.clone(), move || {
            let (customers, rejected) = rows.read(&answer, wire::customer);
            let search_doubtful = search.is_some_and(|text| {
                !customers.is_empty() && !customers.iter().any(|customer| assumptions::row_contains(customer, &text))
            });
            Page { customers, rejected, total, next, search_doubtful }
        }))
    }

    async fn card(&self, customer: &ProviderCustomerId) -> Result<Card, Problem> {
        let call = Call::about(&routes::CUSTOMER_GET, path_id(customer)?);
        let answer = self.send(&call).await?;
        card::card(answer.json(), customer).ok_or_else(|| other_shape(&answer))
    }

    async fn check(&self, contact: &Contact) -> Result<Known, Problem> {
        let query = match contact {
            Contact::Phone(phone) => ("phone", assumptions::search_text(phone)),
            Contact::Email(email) => ("email", email.trim().to_owned()),
        };
        if query.1.is_empty() {
            return Err(Trouble::BadInput { field: query.0 }.into());
        }
        let answer = self.send(&Call::to(&routes::CUSTOMER_CHECK).query(vec![query])).await?;
        card::known(answer.json()).ok_or_else(|| other_shape(&answer))
    }

    async fn kyc_status(&self, customer: &ProviderCustomerId) -> Result<KycStatus, Problem> {
        Ok(self.card(customer).await?.customer.kyc)
    }

    async fn block(&self, customer: &ProviderCustomerId, reason: Option<&str>) -> Outcome<BlockState> {
        if reason.is_some_and(|reason| reason.trim().chars().count() > assumptions::LONGEST_REASON) {
            return Outcome::Refused(Trouble::BadInput { field: "reason" }.into());
        }
        let body = assumptions::block_body(reason).to_string().into_bytes();
        let call = path_id(customer).map(|id| Call::about(&routes::CUSTOMER_BLOCK, id).json(Zeroizing::new(body)));
        self.set_block(customer, call, Blocked::Yes).await
    }

    async fn unblock(&self, customer: &ProviderCustomerId) -> Outcome<BlockState> {
        let call = path_id(customer).map(|id| Call::about(&routes::CUSTOMER_UNBLOCK, id));
        self.set_block(customer, call, Blocked::No).await
    }

    async fn verification_link(&self, customer: &Customer, language: &str) -> Outcome<VerificationLink> {
        let Some(body) = session::request(customer, language) else {
            return Outcome::Refused(Trouble::BadInput { field: "email" }.into());
        };
        let call =
            Call::to(&routes::KYC_SESSION_CREATE).json(Zeroizing::new(body.to_string().into_bytes())).confidential();
        let begun = self.core.elapsed();
        let made = match self.send(&call).await {
            Ok(answer) => session::link(answer.json()).ok_or_else(|| other_shape(&answer)),
            Err(failure) => Err(failure.into()),
        };
        match Outcome::of(made) {
            Outcome::Unknown(lost) => self.look_for_session(customer, begun, lost).await,
            known => known,
        }
    }
}

impl LoveAndPay {
    async fn send(&self, call: &Call) -> Result<Answer, Failure> {
        self.core.send(call, &mut Signing { credential: &self.credential }).await
    }

    /// One page of KYC sessions, narrowed to a status where one is given.
    ///
    /// # Errors
    /// As [`Provider::verify`]; [`Trouble::BadInput`] for a status without a word.
    pub async fn kyc_sessions(
        &self,
        status: Option<&SessionStatus>,
        cursor: &Cursor,
    ) -> Result<Listing<Session>, Problem> {
        let status = status.map(SessionStatus::word);
        self.listing(&routes::KYC_SESSIONS_LIST, assumptions::SESSIONS_PAGE, status, cursor, verification::session)
            .await
    }

    /// One KYC session with all that its check found.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::BadInput`] for an id that is no UUID, and as [`Provider::verify`].
    pub async fn kyc_session(&self, id: &str) -> Result<Session, Problem> {
        let answer = self.send(&Call::about(&routes::KYC_SESSION_GET, uuid(id)?).confidential()).await?;
        verification::answered(answer.json(), id).ok_or_else(|| other_shape(&answer))
    }

    /// One page of invoices, narrowed to a status where one is given. The provider has no filter by customer.
    ///
    /// # Errors
    /// As [`kyc_sessions`](Self::kyc_sessions).
    pub async fn invoices(&self, status: Option<&InvoiceStatus>, cursor: &Cursor) -> Result<Listing<Invoice>, Problem> {
        let status = status.map(InvoiceStatus::word);
        self.listing(&routes::INVOICES_LIST, assumptions::INVOICES_PAGE, status, cursor, invoice::invoice).await
    }

    /// One invoice, with the customer behind it where the provider tells.
    ///
    /// # Errors
    /// As [`kyc_session`](Self::kyc_session).
    pub async fn invoice(&self, id: &str) -> Result<Invoice, Problem> {
        let answer = self.send(&Call::about(&routes::INVOICE_GET, uuid(id)?)).await?;
        invoice::answered(answer.json(), id).ok_or_else(|| other_shape(&answer))
    }

    /// The exchange rate of a pair.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] where none is set, and as [`Provider::verify`].
    pub async fn rate(&self, base: &Currency, quote: &Currency) -> Result<Rate, Problem> {
        let query = vec![("base", base.to_string()), ("quote", quote.to_string())];
        let answer = self.send(&Call::to(&routes::RATE_GET).query(query)).await?;
        invoice::rate(answer.json(), base, quote).ok_or_else(|| other_shape(&answer))
    }

    async fn listing<T>(
        &self,
        route: &Route,
        full: u32,
        status: Option<&str>,
        cursor: &Cursor,
        read: impl Fn(Raw<'_>) -> Result<T, String>,
    ) -> Result<Listing<T>, Problem> {
        let offset = offset_of(cursor);
        let mut query = vec![("limit", full.to_string()), ("offset", offset.to_string())];
        if let Some(status) = status {
            if status.trim().is_empty() {
                return Err(Trouble::BadInput { field: "status" }.into());
            }
            query.push(("status", status.to_owned()));
        }
        let answer = self.send(&Call::to(route).query(query)).await?;
        let wire::List { rows, total } = answer.record().ok_or_else(|| other_shape(&answer))?;
        let (items, rejected) = records::read(rows.iter().copied(), read);
        let next = next_offset(offset, rows.len() as u64, full, total, &answer)?;
        Ok(Listing { items, rejected, total, next: next.map(cursor_at) })
    }

    /// Blocks or unblocks. L8: sent once; after any doubt the card tells, and a state that stood already is a success.
    async fn set_block(
        &self,
        customer: &ProviderCustomerId,
        call: Result<Call, Problem>,
        wanted: Blocked,
    ) -> Outcome<BlockState> {
        let sent = match call {
            Ok(call) => self.send(&call).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        let problem = match sent {
            Ok(answer) => match card::block_state(answer.json(), customer) {
                Some(state) if state.blocked == wanted => return Outcome::Done(state),
                _ => other_shape(&answer),
            },
            Err(problem) if doubt(&problem.trouble) == Doubt::None => return Outcome::Refused(problem),
            Err(problem) => problem,
        };
        match self.card(customer).await {
            Ok(card) if card.block.blocked == wanted => Outcome::Done(card.block),
            Ok(card) if card.block.blocked != Blocked::Unknown => Outcome::Refused(problem),
            _ => Outcome::Unknown(problem),
        }
    }
}

/// The id of a customer as it stands in a path. L6: a 404 there is "no such customer", JSON or not.
///
/// # Errors
/// [`Trouble::BadInput`] for an id that is no UUID, which could name another path.
fn path_id(customer: &ProviderCustomerId) -> Result<&str, Problem> {
    uuid(customer.as_str())
}

fn uuid(id: &str) -> Result<&str, Problem> {
    if assumptions::is_path_id(id) { Ok(id) } else { Err(Trouble::BadInput { field: "id" }.into()) }
}

/// Where the list goes on after `records` rows from `offset`, of `full` that were asked for. A page that holds more than
/// that, because rows stand in it twice, is left by as many as were asked for: some come again and none is jumped over.
///
/// # Errors
/// A list longer than any honest one.
fn next_offset(
    offset: u64,
    records: u64,
    full: u32,
    total: Option<u64>,
    answer: &Answer,
) -> Result<Option<u64>, Problem> {
    let reached = offset.saturating_add(records.min(u64::from(full)));
    if assumptions::list_is_over(records, full, reached, total) {
        return Ok(None);
    }
    if reached > MOST_ROWS {
        return Err(answer.endless());
    }
    Ok(Some(reached))
}

/// Cursors are `offset:200`.
fn offset_of(cursor: &Cursor) -> u64 {
    cursor.as_text().strip_prefix("offset:").and_then(|offset| offset.parse().ok()).unwrap_or(0)
}

fn cursor_at(offset: u64) -> Cursor {
    Cursor::from_text(format!("offset:{offset}"))
}

fn other_shape(answer: &Answer) -> Problem {
    Problem::from(Trouble::BadAnswer { fault: AnswerFault::Shape }).with_words(answer.words(None, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_their_text_and_a_foreign_one_is_the_start() {
        for offset in [0, 100, 12_345_600] {
            assert_eq!(offset_of(&cursor_at(offset)), offset);
        }
        for foreign in ["", "page:3", "offset:-1", "offset:", "offset:1e3", "100"] {
            assert_eq!(offset_of(&Cursor::from_text(foreign)), 0, "{foreign}");
        }
    }
}

//! Cryptopocket: sign-in for a token, lists by page, most failures with HTTP 200. Public documentation:
//! <https://api-doc.cryptopocket.io>.

mod assumptions;
mod check;
mod customer;
mod errors;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod lookup;
mod own;
mod routes;
mod token;
mod trade;
mod wire;

pub use own::Attempt;
pub use trade::{
    NewPayment, NewSale, PaymentStarted, PaymentState, PaymentStatus, Quote, QuoteRequest, Sale, SaleStarted,
    TokenAmount, TransferDetails, WebhookEvent,
};

use crate::action::{Document, Outcome, Registered, Registration, VerificationLink};
use crate::ahead::Unread;
use crate::budget::Budget;
use crate::http::{Answer, Call, Core, Failure};
use crate::provider::{
    Actions, Capabilities, Column, Cursor, Description, Features, Filter, ListFilter, Page, Provider, Specific,
    Verified,
};
use crate::records::Rows;
use crate::registry::Endpoint;
use assumptions::{PAGE_SIZE, PAGE_SIZE_PARAMETER};
use async_trait::async_trait;
use check::Listed;
use kyc::{AnswerFault, Credential, Customer, KycStatus, Problem, ProviderCustomerId, RequestLimits, Trouble};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use token::Tokens;

/// Cryptopocket in the registry. C1: the live address is used as entered; it comes from the provider together with the keys.
pub(crate) const DESCRIPTION: Description = Description {
    key: "cryptopocket",
    name: "Cryptopocket",
    also_called: &["cryptopocket", "crypto pocket", "cpocket"],
    live_url: None,
    sandbox_url: Some("https://sandbox.cryptopocket.io/api"),
    key_prefix: None,
    secret_prefix: None,
    limits: RequestLimits { per_minute: Some(assumptions::PER_MINUTE), per_hour: Some(assumptions::PER_HOUR) },
    capabilities: CAPABILITIES,
    routes: routes::ALL,
    not_called: routes::NOT_CALLED,
    connect,
};

const CAPABILITIES: Capabilities = Capabilities {
    page_size: PAGE_SIZE,
    per_second: Some(assumptions::PER_SECOND),
    one_at_a_time: true,
    filters: &[Filter::Email, Filter::From, Filter::To],
    silent_on: &[
        Column::Phone,
        Column::Trust,
        Column::Payments,
        Column::Paid,
        Column::LastPayment,
        Column::Created,
        Column::Blocked,
    ],
    actions: Actions {
        card: false,
        check: false,
        kyc_status: true,
        block: false,
        unblock: false,
        verification_link: true,
        documents: true,
        payments: false,
        register: true,
    },
    document_kinds: &assumptions::DOCUMENT_KINDS,
};

fn connect(endpoint: Endpoint, credential: Credential) -> Result<Arc<dyn Provider>, Problem> {
    let features = endpoint.features;
    let core = Core::new(endpoint, &DESCRIPTION)?;
    let tokens = Tokens::new(credential);
    Ok(Arc::new(Cryptopocket { core, tokens, features, page_size_refused: AtomicBool::new(false) }))
}

/// A connection to Cryptopocket: a [`Provider`], and what only Cryptopocket has.
#[derive(Debug)]
pub struct Cryptopocket {
    core: Core,
    tokens: Tokens,
    features: Features,
    /// A validation named `items_per_page`, so it is left out from then on.
    page_size_refused: AtomicBool,
}

#[async_trait]
impl Provider for Cryptopocket {
    fn description(&self) -> &'static Description {
        &DESCRIPTION
    }

    fn budget(&self) -> &Budget {
        self.core.budget()
    }

    fn specific(&self) -> Specific<'_> {
        Specific::Cryptopocket(self)
    }

    async fn verify(&self) -> Result<Verified, Problem> {
        let answer = self.list(&ListFilter::default(), 1, 1).await?;
        let wire::List { total, .. } = answer.record().ok_or_else(|| other_shape(&answer))?;
        Ok(Verified { customers: total })
    }

    async fn customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Page, Problem> {
        self.unread_customers(filter, cursor).await.map(Unread::read)
    }

    async fn unread_customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Unread, Problem> {
        filter.only(CAPABILITIES.filters)?;
        let place = Place::of(cursor);
        let answer = self.list(filter, PAGE_SIZE, place.page).await?;
        let wire::List { rows, total } = answer.record().ok_or_else(|| other_shape(&answer))?;
        let next = place.after(rows.len() as u64, total, &answer)?.map(Place::cursor);
        let rows = Rows::of(&answer, &rows);
        Ok(Unread::new(next.clone(), move || {
            let (customers, rejected) = rows.read(&answer, wire::customer);
            Page { customers, rejected, total, next, search_doubtful: false }
        }))
    }

    /// C20: a failure is told as one, never as a status. C21: only the current state is there to be read, so nothing is
    /// remembered here; the book keeps the changes it sees.
    async fn kyc_status(&self, customer: &ProviderCustomerId) -> Result<KycStatus, Problem> {
        let call = Call::to(&routes::KYC_CHECK).query(vec![("user_id", customer.to_string())]).of_subject();
        let answer = self.send(&call).await?;
        check::status(answer.json()).ok_or_else(|| other_shape(&answer))
    }

    async fn upload_document(&self, customer: &ProviderCustomerId, document: &Document) -> Outcome<()> {
        if !assumptions::is_path_id(customer.as_str()) {
            return Outcome::Refused(Trouble::BadInput { field: "id" }.into());
        }
        match customer::document(document) {
            Ok(body) => {
                let call = Call::about(&routes::DOCUMENT_UPLOAD, customer.as_str()).json(body);
                Outcome::of_sending(self.send(&call).await.map(|_| ()))
            }
            Err(problem) => Outcome::Refused(problem),
        }
    }

    async fn register(&self, registration: &Registration) -> Outcome<Registered> {
        let (route, body) = match customer::registration(registration) {
            Ok(request) => request,
            Err(problem) => return Outcome::Refused(problem),
        };
        let sent = self.send(&Call::to(route).json(body).confidential()).await;
        let made = sent
            .and_then(|answer| customer::registered(answer.json()).ok_or_else(|| Failure::from(other_shape(&answer))));
        match Outcome::of_sending(made) {
            Outcome::Unknown(lost) => self.look_for(registration, lost).await,
            known => known,
        }
    }

    /// Reads the link that the list carries for a customer who is not verified. Nothing is made at the provider.
    async fn verification_link(&self, customer: &Customer, _language: &str) -> Outcome<VerificationLink> {
        // Without an e-mail only a walk over the whole list would find the row.
        let Some(email) = customer.email.clone() else {
            return Outcome::Refused(Trouble::BadInput { field: "email" }.into());
        };
        let filter = ListFilter { email: Some(email), ..ListFilter::default() };
        let answer = match self.list(&filter, PAGE_SIZE, 1).await {
            Ok(answer) => answer,
            Err(problem) => return Outcome::Refused(problem),
        };
        let Some(wire::List { rows, .. }) = answer.record() else {
            return Outcome::Refused(other_shape(&answer));
        };
        match check::listed_link(&rows, &customer.id) {
            Listed::Link(link) => Outcome::Done(link),
            // The customer is there and has nothing to verify.
            Listed::WithoutLink => Outcome::Refused(Trouble::Conflict.into()),
            Listed::Absent => Outcome::Refused(Trouble::NotFound.into()),
        }
    }
}

impl Cryptopocket {
    /// One page of the list. C8: a filter is sent only when it is filled in, as typed.
    async fn list(&self, filter: &ListFilter, size: u32, page: u64) -> Result<Answer, Problem> {
        let query = |size: Option<u32>| {
            let mut query = Vec::new();
            query.extend(filter.from.map(|date| ("from", date.to_string())));
            query.extend(filter.to.map(|date| ("to", date.to_string())));
            let email = filter.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
            query.extend(email.map(|email| ("email", email.to_owned())));
            query.extend(size.map(|size| (PAGE_SIZE_PARAMETER, size.to_string())));
            query.push(("page", page.to_string()));
            Call::to(&routes::CUSTOMERS_LIST).query(query)
        };
        let size = (!self.page_size_refused.load(Ordering::Relaxed)).then_some(size);
        match self.send(&query(size)).await {
            Err(failure) if size.is_some() && failure.fields.iter().any(|field| field == PAGE_SIZE_PARAMETER) => {
                self.page_size_refused.store(true, Ordering::Relaxed);
                Ok(self.send(&query(None)).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Sends with a token. C4: a refused token is renewed once and the request repeated once: it was refused before
    /// anything was done. Without a token nothing is sent.
    async fn send(&self, call: &Call) -> Result<Answer, Failure> {
        let token = self.tokens.get(&self.core, None).await?;
        self.core.send(call, &mut self.tokens.carrying(token)).await
    }
}

/// A place in the list, as a cursor `page:3 seen:200 first:100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// The page to ask for, counted from 1.
    page: u64,
    /// Records in the pages before.
    seen: u64,
    /// Records in the first page; `None` before it came.
    first: Option<u64>,
}

impl Place {
    const START: Self = Self { page: 1, seen: 0, first: None };

    fn of(cursor: &Cursor) -> Self {
        Self::read(cursor.as_text()).unwrap_or(Self::START)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut number = |name: &str| parts.next()?.strip_prefix(name)?.parse::<u64>().ok();
        let (page, seen, first) = (number("page:")?, number("seen:")?, number("first:")?);
        (page > 0 && parts.next().is_none()).then_some(Self { page, seen, first: Some(first) })
    }

    fn cursor(self) -> Cursor {
        match self.first {
            Some(first) => Cursor::from_text(format!("page:{} seen:{} first:{first}", self.page, self.seen)),
            None => Cursor::start(),
        }
    }

    /// Where the list goes on after a page of `records`; `None` when it is over.
    ///
    /// # Errors
    /// A list longer than any honest one.
    fn after(self, records: u64, total: Option<u64>, answer: &Answer) -> Result<Option<Self>, Problem> {
        let seen = self.seen.saturating_add(records);
        if assumptions::list_is_over(records, self.first, seen, total) {
            return Ok(None);
        }
        if self.page >= assumptions::MOST_PAGES {
            return Err(answer.endless());
        }
        Ok(Some(Self { page: self.page + 1, seen, first: self.first.or(Some(records)) }))
    }
}

fn other_shape(answer: &Answer) -> Problem {
    Problem::from(Trouble::BadAnswer { fault: AnswerFault::Shape }).with_words(answer.words(None, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_their_text_and_a_foreign_one_is_the_start() {
        let place = Place { page: 7, seen: 600, first: Some(100) };
        assert_eq!(place.cursor().as_text(), "page:7 seen:600 first:100");
        assert_eq!(Place::of(&place.cursor()), place);
        assert!(Place::START.cursor().is_start());
        for foreign in
            ["", "offset:100", "page:0 seen:0 first:1", "page:2", "page:2 seen:1 first:1 x", "page:x seen:1 first:1"]
        {
            assert_eq!(Place::of(&Cursor::from_text(foreign)), Place::START, "{foreign}");
        }
    }
}

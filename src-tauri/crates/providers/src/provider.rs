//! What the desk asks of any provider, and what it may expect: the trait, its capabilities as data, filters, pages and
//! the cursor that leads from one page to the next.

use crate::action::{BlockState, Card, Contact, Document, Known, Outcome, Registered, Registration, VerificationLink};
use crate::ahead::Unread;
use crate::budget::Budget;
use crate::cryptopocket::Cryptopocket;
use crate::http::Timeouts;
use crate::loveandpay::LoveAndPay;
use crate::registry::Endpoint;
use crate::route::Route;
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use kyc::{
    Credential, Customer, Environment, KycStatus, Problem, ProviderCustomerId, ProviderId, RejectedRecord,
    RequestLimits, Trouble, TrustLevel,
};
use std::sync::Arc;

/// One connection to one provider.
///
/// Every call spends the connection's request budget, is cancelled by dropping it, and fails with a [`Problem`] that
/// holds no secret. An action that is dropped after it was sent has an unknown outcome: whoever must know lets it end.
#[async_trait]
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// Which provider this is, and what it can do.
    fn description(&self) -> &'static Description;

    /// The connection's request budget.
    fn budget(&self) -> &Budget;

    /// What only this provider has, in its own terms.
    fn specific(&self) -> Specific<'_> {
        Specific::Nothing
    }

    /// The budget's state for [`registry::connect`](crate::registry::connect) after a restart; `None` while there is
    /// nothing to remember.
    fn budget_state(&self) -> Option<String> {
        self.budget().state()
    }

    /// When the next request may go: now, or later.
    fn next_at(&self) -> Timestamp {
        self.budget().next_at()
    }

    /// Proves that address, key and secret work, by reading the smallest page of customers.
    ///
    /// # Errors
    /// What is wrong with address, credential, network or provider.
    async fn verify(&self) -> Result<Verified, Problem>;

    /// Reads one page of customers.
    ///
    /// Where the list is not over, [`Page::next`] leads on. The walk over all pages has to keep the ids it saw: rows
    /// move between pages while it walks, and a provider that repeats one page for ever shows in pages that bring no
    /// new id.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), [`Trouble::BadInput`] naming a field of the filter that this provider does not take (see
    /// [`Capabilities::filters`]), and a list that goes on beyond any honest one, which
    /// [`is_endless`](crate::is_endless) tells.
    async fn customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Page, Problem>;

    /// As [`customers`](Self::customers), and the rows are not read yet: with [`ahead`](crate::ahead()) the next page can
    /// be asked for before they are.
    ///
    /// # Errors
    /// As [`customers`](Self::customers).
    async fn unread_customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Unread, Problem> {
        self.customers(filter, cursor).await.map(Unread::from)
    }

    /// Reads everything that the provider says of one customer. Where [`Actions::card`].
    ///
    /// # Errors
    /// [`Trouble::NotFound`], and as [`verify`](Self::verify).
    async fn card(&self, _customer: &ProviderCustomerId) -> Result<Card, Problem> {
        Err(not_offered(self.description(), "card"))
    }

    /// Asks whether a payer is known. Where [`Actions::check`].
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    async fn check(&self, _contact: &Contact) -> Result<Known, Problem> {
        Err(not_offered(self.description(), "check"))
    }

    /// Reads the KYC status of one customer. Where [`Actions::kyc_status`].
    ///
    /// # Errors
    /// [`Trouble::NotFound`], and as [`verify`](Self::verify).
    async fn kyc_status(&self, _customer: &ProviderCustomerId) -> Result<KycStatus, Problem> {
        Err(not_offered(self.description(), "kyc_status"))
    }

    /// Blocks a customer, with a reason for the file. Sent once; where the answer was lost, the provider's state is read.
    /// A customer who was blocked already is [`Outcome::Done`]. Where [`Actions::block`].
    async fn block(&self, _customer: &ProviderCustomerId, _reason: Option<&str>) -> Outcome<BlockState> {
        Outcome::Refused(not_offered(self.description(), "block"))
    }

    /// Lifts a block, in the same way. Where [`Actions::unblock`].
    async fn unblock(&self, _customer: &ProviderCustomerId) -> Outcome<BlockState> {
        Outcome::Refused(not_offered(self.description(), "unblock"))
    }

    /// Makes or fetches a link under which the customer verifies themselves, in `language` (`ru`, `en`, `es` …) where the
    /// provider speaks it. Asked for once; where the answer was lost, the provider's sessions are looked through for a new
    /// one of the same customer. Where that decides nothing, the outcome is [`Outcome::Unknown`]: look for a session of
    /// this customer at the provider before another one is made. Where [`Actions::verification_link`].
    async fn verification_link(&self, _customer: &Customer, _language: &str) -> Outcome<VerificationLink> {
        Outcome::Refused(not_offered(self.description(), "verification_link"))
    }

    /// Hands a paper about a customer to the provider. No provider lists papers or tells of them in a KYC status, so a lost
    /// answer stays [`Outcome::Unknown`]: ask the provider whether the paper came before it is sent again, or they have it
    /// twice. Where [`Actions::documents`].
    async fn upload_document(&self, _customer: &ProviderCustomerId, _document: &Document) -> Outcome<()> {
        Outcome::Refused(not_offered(self.description(), "upload_document"))
    }

    /// Registers a new customer. Sent once; where the answer was lost, the provider's list is looked through for the e-mail.
    /// Who is in it is [`Outcome::Done`], with what the list tells; who is not may be registered again, and is
    /// [`Outcome::Refused`]. Where the list could not be read, or has somebody else or several under that e-mail, it is
    /// [`Outcome::Unknown`]: look at them there before anybody tries again. Where [`Actions::register`].
    async fn register(&self, _registration: &Registration) -> Outcome<Registered> {
        Outcome::Refused(not_offered(self.description(), "register"))
    }
}

/// What is otherwise at a connection than usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features {
    /// How long its requests may take.
    pub timeouts: Timeouts,
    /// C14: Cryptopocket's link to an enhanced verification, which the provider marks as being tested. Off unless somebody
    /// switches it on.
    pub enhanced_verification: bool,
}

/// What only one provider has.
#[derive(Debug, Clone, Copy)]
pub enum Specific<'a> {
    /// Nothing that this crate knows of.
    Nothing,
    /// KYC sessions, invoices, exchange rates.
    LoveAndPay(&'a LoveAndPay),
    /// Purchases, sales, webhook subscriptions.
    Cryptopocket(&'a Cryptopocket),
}

/// The interface offers only what [`Actions`] names; whoever asks for more has a fault.
pub(crate) fn not_offered(description: &Description, action: &str) -> Problem {
    tracing::error!(provider = description.key, action, "the provider does not offer this");
    Trouble::Internal.into()
}

/// A provider as it is known before any connection exists.
#[derive(Debug)]
pub struct Description {
    /// The stable name; see [`id`](Self::id).
    pub(crate) key: &'static str,
    /// The name on screen, the same in every language.
    pub name: &'static str,
    /// What people call it in the names of variables and files.
    pub also_called: &'static [&'static str],
    /// The address of the live installation, where it is public.
    pub live_url: Option<&'static str>,
    /// The address of the test installation, where it is public.
    pub sandbox_url: Option<&'static str>,
    /// How every API key begins, where that is known.
    pub key_prefix: Option<&'static str>,
    /// How every API secret begins, where that is known.
    pub secret_prefix: Option<&'static str>,
    /// The request budget of a connection that sets none of its own; both parts are set.
    pub limits: RequestLimits,
    /// What it can do and how much.
    pub capabilities: Capabilities,
    /// Every endpoint that its client calls.
    pub routes: &'static [Route],
    /// What its reference names and its client does not call, and why not.
    pub not_called: &'static [(&'static str, &'static str)],
    pub(crate) connect: fn(Endpoint, Credential) -> Result<Arc<dyn Provider>, Problem>,
}

impl Description {
    /// The stable name: `loveandpay`, `cryptopocket`.
    pub fn id(&self) -> ProviderId {
        ProviderId::new(self.key)
    }

    /// The known address of an installation; `None` where a person has to type it.
    pub fn base_url(&self, environment: Environment) -> Option<&'static str> {
        match environment {
            Environment::Live => self.live_url,
            Environment::Sandbox => self.sandbox_url,
            Environment::Custom => None,
        }
    }
}

/// What a provider can do and how much, as data: screens are drawn from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Rows asked for in one page of customers.
    pub page_size: u32,
    /// Requests in any second, on top of the connection's limits.
    pub per_second: Option<u32>,
    /// Whether requests go one after another.
    pub one_at_a_time: bool,
    /// What the list of customers can be narrowed by at the provider.
    pub filters: &'static [Filter],
    /// What the provider never says of a customer, so that an empty cell is no gap in the data.
    pub silent_on: &'static [Column],
    /// What can be done at the provider for a customer.
    pub actions: Actions,
    /// The kinds of paper that it takes; see [`Document::kind`].
    pub document_kinds: &'static [&'static str],
}

/// What can be done at a provider for a customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Actions {
    /// Read everything it knows of one customer.
    pub card: bool,
    /// Ask whether a phone or an e-mail is known.
    pub check: bool,
    /// Read the KYC status of one customer.
    pub kyc_status: bool,
    /// Refuse the customer's payments.
    pub block: bool,
    /// Lift a block.
    pub unblock: bool,
    /// Make a link under which the customer verifies themselves.
    pub verification_link: bool,
    /// Take papers about the customer.
    pub documents: bool,
    /// List the customer's payments.
    pub payments: bool,
    /// Register a new customer.
    pub register: bool,
}

/// A filter of the list of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Text in name, e-mail or phone.
    Search,
    /// KYC status.
    Kyc,
    /// Trust level.
    Trust,
    /// E-mail.
    Email,
    /// Begin of the period; of which date, the provider does not say.
    From,
    /// End of the period.
    To,
}

impl Filter {
    /// The stable name, as in [`Trouble::BadInput`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Kyc => "kyc",
            Self::Trust => "trust",
            Self::Email => "email",
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// A column of the customer grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Name.
    Name,
    /// E-mail.
    Email,
    /// Phone.
    Phone,
    /// KYC status.
    Kyc,
    /// Trust level.
    Trust,
    /// Number of payments.
    Payments,
    /// Their total.
    Paid,
    /// Time of the last payment.
    LastPayment,
    /// Time of creation.
    Created,
    /// Blocked or not.
    Blocked,
}

impl Column {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Kyc => "kyc",
            Self::Trust => "trust",
            Self::Payments => "payments",
            Self::Paid => "paid",
            Self::LastPayment => "last_payment",
            Self::Created => "created",
            Self::Blocked => "blocked",
        }
    }
}

/// How the list of customers is narrowed at the provider. Empty: everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Text in name, e-mail or phone.
    pub search: Option<String>,
    /// KYC status.
    pub kyc: Option<KycStatus>,
    /// Trust level.
    pub trust: Option<TrustLevel>,
    /// E-mail.
    pub email: Option<String>,
    /// Begin of the period.
    pub from: Option<Date>,
    /// End of the period.
    pub to: Option<Date>,
}

impl ListFilter {
    /// The filters that are set, blank texts not counted.
    pub fn set(&self) -> Vec<Filter> {
        let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        [
            (Filter::Search, filled(&self.search)),
            (Filter::Kyc, self.kyc.is_some()),
            (Filter::Trust, self.trust.is_some()),
            (Filter::Email, filled(&self.email)),
            (Filter::From, self.from.is_some()),
            (Filter::To, self.to.is_some()),
        ]
        .into_iter()
        .filter_map(|(filter, set)| set.then_some(filter))
        .collect()
    }

    /// Refuses a filter that `taken` does not name. Leaving one out instead would show customers that do not fit.
    pub(crate) fn only(&self, taken: &[Filter]) -> Result<(), Problem> {
        match self.set().into_iter().find(|filter| !taken.contains(filter)) {
            Some(filter) => Err(Trouble::BadInput { field: filter.name() }.into()),
            None => Ok(()),
        }
    }
}

/// One page of customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The records that could be read, in the provider's order.
    pub customers: Vec<Customer>,
    /// The records that could not.
    pub rejected: Vec<RejectedRecord>,
    /// How many customers the provider says there are, under the same filter. A hint: it may be absent, and it may be
    /// wrong.
    pub total: Option<u64>,
    /// Where to go on; `None` when the list is over. It is over at an empty page, or when the announced total is reached
    /// by a page that is not full: never by the announced total alone.
    pub next: Option<Cursor>,
    /// The provider was asked for a text and none of the rows contains it: it may not have searched at all.
    pub search_doubtful: bool,
}

impl Page {
    /// Records in the page, readable or not.
    pub fn records(&self) -> usize {
        self.customers.len() + self.rejected.len()
    }
}

/// A place in a provider's list: text that can be stored as a checkpoint. What it says is the provider's client's own
/// business, and a text that it cannot read means the start of the list: that costs requests and loses nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

impl Cursor {
    /// The start of the list.
    pub fn start() -> Self {
        Self(String::new())
    }

    /// A stored place.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The place as text, for storing.
    pub fn to_text(&self) -> String {
        self.0.clone()
    }

    pub(crate) fn as_text(&self) -> &str {
        &self.0
    }

    /// Whether it is the start of the list.
    pub fn is_start(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a successful test of a connection found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many customers the provider says it has, where it says so.
    pub customers: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_text_is_no_filter() {
        let filter = ListFilter { search: Some(" ".into()), email: Some(String::new()), ..ListFilter::default() };
        assert_eq!(filter.set(), []);
        assert_eq!(filter.only(&[]), Ok(()));
    }

    #[test]
    fn a_filter_that_is_not_taken_is_refused_by_name() {
        let filter = ListFilter { search: Some("x".into()), kyc: Some(KycStatus::Verified), ..ListFilter::default() };
        let problem = filter.only(&[Filter::Search]).unwrap_err();
        assert_eq!(problem.trouble, Trouble::BadInput { field: "kyc" });
    }
}

//! One request and its reply, and what an emulator has to be able to do.
//!
//! HTTP itself is in [`crate::server`], the faults that come between in [`crate::faults`].

use crate::changes::CustomerChange;
use crate::delivery::Delivery;
use crate::moment::Moment;
use crate::turnover::Turnover;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Cryptopocket: exchange key and secret for a token.
    Authenticate,
    /// The customer list.
    List,
    /// Love&Pay: one customer.
    Card,
    /// Love&Pay: is this payer known.
    Check,
    /// Love&Pay: block a customer.
    Block,
    /// Love&Pay: lift a block.
    Unblock,
    /// Cryptopocket: the KYC status of one customer.
    KycCheck,
    /// Love&Pay: begin a KYC session.
    CreateSession,
    /// Love&Pay: the list of KYC sessions.
    Sessions,
    /// Love&Pay: one KYC session.
    Session,
    /// Love&Pay: the list of invoices.
    Invoices,
    /// Love&Pay: one invoice.
    Invoice,
    /// Love&Pay: the exchange rate.
    Rates,
    /// Cryptopocket: register a person.
    RegisterUser,
    /// Cryptopocket: register a company.
    RegisterCompany,
    /// Cryptopocket: hand in a document of a customer.
    UploadDocument,
    /// Cryptopocket: the link to the enhanced verification.
    OnboardingForm,
    /// Cryptopocket: what an amount would buy.
    Quote,
    /// Cryptopocket: begin a purchase.
    CreatePayment,
    /// Cryptopocket: begin a purchase on a hosted page.
    CreateGuidedPayment,
    /// Cryptopocket: one purchase.
    Payment,
    /// Cryptopocket: begin a sale.
    CreateRampoff,
    /// Cryptopocket: one sale.
    Rampoff,
    /// Cryptopocket: have events sent to an address.
    SubscribeToWebhook,
    /// Cryptopocket: have events sent to another address.
    UpdateWebhookSubscription,
}

impl Operation {
    /// Whether the answer is a list of records under `data`.
    pub fn is_list(self) -> bool {
        matches!(self, Self::List | Self::Sessions | Self::Invoices)
    }
}

/// Where a method and a path lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To an operation, and to the customer whose id is in the path.
    To(Operation, Option<String>),
    /// The path is known, the method is not.
    OtherMethod,
    /// Nowhere.
    Unknown,
}

/// A request, read whole.
#[derive(Debug)]
pub struct Call {
    /// What it asks for.
    pub operation: Operation,
    /// The id in its path, as it stands there.
    pub id: Option<String>,
    /// The method.
    pub method: Method,
    /// The path as sent, without the query.
    pub path: String,
    /// The query's parameters, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as sent.
    pub body: Bytes,
    /// When it came, by the emulator's clock.
    pub now: Moment,
    /// Its id.
    pub request_id: String,
}

impl Call {
    /// The value of a parameter; of one that is repeated, the first.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The first parameter that is not among the known ones, or that comes twice.
    pub fn unexpected_parameter(&self, known: &[&str]) -> Option<&str> {
        let repeated = |name: &str| self.query.iter().filter(|(given, _)| given == name).count() > 1;
        let mut names = self.query.iter().map(|(name, _)| name.as_str());
        names.find(|name| !known.contains(name) || repeated(name))
    }

    /// The text of a header that came exactly once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        (values.next().is_none() && !value.is_empty()).then_some(value)
    }

    /// Whether the body is declared as JSON.
    pub fn is_json(&self) -> bool {
        self.content_type().eq_ignore_ascii_case("application/json")
    }

    /// What the body is declared as, without parameters.
    pub fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim()
    }
}

/// What goes back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The content type.
    pub content_type: Cow<'static, str>,
    /// Further headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Vec<u8>,
    /// How the body goes out.
    pub delivery: Delivery,
}

impl Reply {
    /// A body of JSON.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self::of(status, "application/json; charset=utf-8", body),
            Err(error) => Self::text(StatusCode::INTERNAL_SERVER_ERROR, &format!("emulator: {error}")),
        }
    }

    /// A body of plain text.
    pub fn text(status: StatusCode, text: &str) -> Self {
        Self::of(status, "text/plain; charset=utf-8", text.into())
    }

    /// A web page.
    pub fn html(status: StatusCode, page: &str) -> Self {
        Self::of(status, "text/html; charset=utf-8", page.into())
    }

    /// With one header more.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Puts another body of JSON in the place of the one there is.
    pub fn replace_json(&mut self, value: &impl Serialize) {
        self.body = serde_json::to_vec(value).unwrap_or_default();
    }

    fn of(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Self {
        let content_type = Cow::Borrowed(content_type);
        Self { status, content_type, headers: Vec::new(), body, delivery: Delivery::Whole }
    }
}

/// What a request failed with.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// The HTTP status.
    pub status: StatusCode,
    /// The provider's code.
    pub code: &'a str,
    /// The provider's message.
    pub message: &'a str,
    /// The request's id.
    pub request_id: &'a str,
    /// Whether the provider says it in the rarer of its two forms.
    pub other_form: bool,
}

impl<'a> Failure<'a> {
    /// A failure in the usual form.
    pub fn new(status: StatusCode, code: &'a str, message: &'a str, request_id: &'a str) -> Self {
        Self { status, code, message, request_id, other_form: false }
    }
}

/// `total` and so many more, not below 0.
pub fn shifted(total: Option<&Value>, by: i64) -> u64 {
    total.and_then(Value::as_u64).unwrap_or(0).saturating_add_signed(by)
}

/// One provider's side of the conversation, and its customers for the control endpoint.
pub trait Emulator: Send + Sync + 'static {
    /// Where a method and a path lead.
    fn route(&self, method: &Method, path: &str) -> Route;

    /// Answers a request.
    fn answer(&self, call: &Call) -> Reply;

    /// A failure in the provider's own form.
    fn failure(&self, failure: &Failure<'_>) -> Reply;

    /// The provider's code for a failure of its own.
    fn internal_error_code(&self) -> &'static str;

    /// The field of a row that holds the KYC status.
    fn kyc_field(&self) -> &'static str;

    /// Takes the announced totals out of a list reply.
    fn strip_totals(&self, reply: &mut Map<String, Value>);

    /// Has a list reply announce so many records more, or less if that is negative.
    fn shift_totals(&self, reply: &mut Map<String, Value>, by: i64);

    /// Lets so many new customers come to be at a place of the list. They follow from the seed and from how many have come
    /// before.
    fn insert_newcomers(&self, rows: usize, place: usize, now: Moment);

    /// Removes so many customers from a place of the list on.
    fn remove_rows(&self, rows: usize, place: usize, now: Moment);

    /// Lets the next round of a schedule happen.
    fn turn_over(&self, turnover: &Turnover, now: Moment);

    /// Whether replies carry the header `x-request-id`.
    fn sends_request_ids(&self) -> bool {
        false
    }

    /// Makes every token that was handed out worthless.
    fn forget_tokens(&self) {}

    /// All customers as lists show them, in list order, as a JSON array.
    fn customers(&self) -> Vec<u8>;

    /// What happened to the customers, from the change after this number on.
    fn changes(&self, after: u64) -> Vec<CustomerChange>;

    /// Sets and removes fields of a customer. Fields nobody knows are refused unless `unknown_fields`.
    ///
    /// # Errors
    /// Says why nothing was changed.
    fn change(&self, id: &str, change: Change, now: Moment) -> Result<Value, Refusal>;

    /// Adds a customer at a place of the list; `None`: where it belongs.
    ///
    /// # Errors
    /// Says why nothing was added.
    fn insert(
        &self,
        fields: Map<String, Value>,
        place: Option<usize>,
        unknown_fields: bool,
        now: Moment,
    ) -> Result<Value, Refusal>;

    /// Takes a customer away.
    ///
    /// # Errors
    /// When there is none of this id.
    fn remove(&self, id: &str, now: Moment) -> Result<Value, Refusal>;

    /// What came up while the emulator ran besides customers, of one kind; `None` when there is no such kind here.
    fn records(&self, kind: &str) -> Option<Value>;

    /// Sets fields of one of these records, with all that follows from it.
    ///
    /// # Errors
    /// Says why nothing was changed.
    fn drive(&self, kind: &str, id: &str, fields: Map<String, Value>, now: Moment) -> Result<Value, Refusal>;
}

/// A change of one customer.
#[derive(Debug, Default)]
pub struct Change {
    /// Fields to set; null is a value.
    pub set: Map<String, Value>,
    /// Fields to leave out of the record.
    pub unset: Vec<String>,
    /// Whether fields that the provider does not have may be set.
    pub unknown_fields: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchCustomer(id) => write!(formatter, "no customer has the id {id}"),
            Self::NoSuchRecord(what) => write!(formatter, "there is no {what}"),
            Self::Nonsense(why) => formatter.write_str(why),
        }
    }
}

impl std::error::Error for Refusal {}

/// Why control did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No customer has this id.
    NoSuchCustomer(String),
    /// There is nothing of this kind and id.
    NoSuchRecord(String),
    /// The request makes no sense.
    Nonsense(String),
}

//! Customers: searching, windows of rows, one customer's detail.

use crate::kept_answer::KeptAnswer;
use crate::{Desk, off_the_runtime};
use directory::Change;
use kyc::{BookCustomer, Customer, CustomerKey, Problem, Trouble};
use search::{Facets, Field, Highlighter, Query, View};
use std::ops::Range;

/// Most rows that are handed out at a time; a screen shows fewer.
const MOST_ROWS: u32 = 500;

/// The answer to a query.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Id for [`Desk::rows`].
    pub result: u32,
    /// How many customers match.
    pub total: u32,
    /// How many customers the book has.
    pub all: u32,
    /// Counts of every facet.
    pub facets: Facets,
    /// The first rows.
    pub rows: Vec<Row>,
}

/// A customer with what the grid adds.
#[derive(Debug, Clone)]
pub struct Row {
    /// The customer.
    pub customer: BookCustomer,
    /// Another connection says something else of the same person.
    pub disagrees: bool,
    /// What matched the query.
    pub highlights: Highlights,
}

/// What matched, in UTF-16 units of each field's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Highlights {
    /// In the name.
    pub name: Vec<Range<u32>>,
    /// In the e-mail.
    pub email: Vec<Range<u32>>,
    /// In the phone.
    pub phone: Vec<Range<u32>>,
    /// In the id.
    pub id: Vec<Range<u32>>,
}

/// Everything about one customer.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The customer.
    pub row: Row,
    /// What the book saw changing, newest first.
    pub history: Vec<Change>,
    /// The same person at other connections.
    pub others: Vec<Row>,
    /// The provider's record as indented JSON.
    pub raw: String,
}

impl Desk {
    /// Answers a query and hands out the first `first` rows. While the index is still being filled after a start, everybody
    /// in the usual order is answered as remembered from the last time, and any other query waits.
    ///
    /// # Errors
    /// [`Trouble::Cancelled`] when a newer query came before this one was answered; what the book met while the rows were
    /// read.
    pub async fn search(&self, query: Query, first: u32) -> Result<Answer, Problem> {
        // Whoever types on has no use for the answer to what stood there before.
        let asked = self.inner.results.ask();
        if let Some(answer) = self.beginning(&query, first).await? {
            return Ok(answer);
        }
        self.inner.index.until_full().await?;
        let (index, now) = (std::sync::Arc::clone(&self.inner.index), self.inner.clock.now());
        let (found, keys, all, text) = off_the_runtime(move || {
            // Nobody who lands a page waits for a search.
            let index = index.snapshot();
            let found = index.find(&query, now, &|| asked.is_overtaken()).ok_or(Trouble::Cancelled)?;
            let keys = found.keys(0..first.min(MOST_ROWS) as usize);
            Ok((found, keys, index.len(), query.text))
        })
        .await?;
        let rows = self.rows_of(keys, &text).await?;
        let facets = found.facets().clone();
        let kept = KeptAnswer::found(found, text);
        let (total, all) = (kept.total(), u32::try_from(all).unwrap_or(u32::MAX));
        let result = self.inner.results.keep(kept);
        Ok(Answer { result, total, all, facets, rows })
    }

    /// A window of an earlier answer's rows: from the row `from` at most `count` (and at most 500).
    ///
    /// # Errors
    /// [`Trouble::ResultGone`] when the answer is no longer kept; what the book met.
    pub async fn rows(&self, result: u32, from: u32, count: u32) -> Result<Vec<Row>, Problem> {
        let kept = self.inner.results.get(result)?;
        let end = from.saturating_add(count.min(MOST_ROWS));
        self.known_until(&kept, end).await?;
        let (kept, keys) = off_the_runtime(move || {
            let keys = kept.keys(from as usize..end as usize);
            Ok((kept, keys))
        })
        .await?;
        self.rows_of(keys, kept.text()).await
    }

    /// Lets an answer pass whose rows before `end` are known. Of the others only the beginning was remembered: once the index
    /// is full, the question is to be asked anew.
    ///
    /// # Errors
    /// [`Trouble::ResultGone`]; what the book met while it was read into the index.
    pub(crate) async fn known_until(&self, kept: &KeptAnswer, end: u32) -> Result<(), Problem> {
        if kept.knows_until(end) {
            return Ok(());
        }
        self.inner.index.until_full().await?;
        Err(Trouble::ResultGone.into())
    }

    pub(crate) async fn rows_of(&self, keys: Vec<CustomerKey>, text: &str) -> Result<Vec<Row>, Problem> {
        let customers = self.inner.reader.customers(keys).await?;
        let highlighter = Highlighter::new(text);
        let index = self.inner.index.snapshot();
        let rows = customers.into_iter().map(|customer| Row {
            disagrees: index.disagrees(customer.key),
            highlights: highlights(&highlighter, &customer.customer),
            customer,
        });
        Ok(rows.collect())
    }

    /// How many customers each built-in view has. Waits while the index is still being filled.
    ///
    /// # Errors
    /// What the book met while it was read into the index.
    pub async fn view_counts(&self) -> Result<[(View, u32); View::ALL.len()], Problem> {
        self.inner.index.until_full().await?;
        Ok(self.inner.index.snapshot().view_counts(self.inner.clock.now()))
    }

    /// Everything about one customer.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; what the book met.
    pub async fn customer(&self, key: CustomerKey) -> Result<Detail, Problem> {
        let row = self.rows_of(vec![key], "").await?.pop().ok_or(Trouble::NotFound)?;
        let history = self.inner.reader.history(key).await?;
        let others = self.inner.index.read().same_person(key);
        let others = self.rows_of(others, "").await?;
        let raw = indented(&row.customer.customer.raw);
        Ok(Detail { row, history, others, raw })
    }
}

/// The raw record for reading; one that is no JSON stays as it came.
fn indented(raw: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(raw) {
        Ok(value) => serde_json::to_string_pretty(&value).unwrap_or_else(|_| raw.to_owned()),
        Err(_) => raw.to_owned(),
    }
}

fn highlights(highlighter: &Highlighter, customer: &Customer) -> Highlights {
    let found = highlighter.customer(customer);
    let utf16 = |field: Field, text: Option<&str>| {
        text.map_or_else(Vec::new, |text| search::utf16_ranges(text, found.of(field)))
    };
    Highlights {
        name: utf16(Field::Name, customer.name.as_deref()),
        email: utf16(Field::Email, customer.email.as_deref()),
        phone: utf16(Field::Phone, customer.phone.as_deref()),
        id: utf16(Field::Id, Some(customer.id.as_str())),
    }
}

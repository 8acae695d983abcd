//! A question about customers as it crosses to the window and as it is kept: stable names instead of types, so that what
//! was saved by one version is read by the next. What a question means is the index's.

use jiff::Timestamp;
use kyc::{Blocked, ConnectionId, KycStatus, Problem, ProviderId, Trouble, TrustLevel};
use search::{Between, Column, Query, Sort, View};
use serde::{Deserialize, Serialize};

/// The facet value that stands for customers without a trust level.
pub const NO_TRUST: &str = "none";

/// Most columns that an order is made of.
pub const MOST_SORTS: usize = 4;

/// Text, filters and order, by their stable names. An empty list does not filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// What was typed.
    pub text: String,
    /// The built-in view ([`View::name`]).
    pub view: String,
    /// Only this connection's customers.
    pub connection: Option<String>,
    /// KYC statuses as facet values.
    pub kyc: Vec<String>,
    /// Providers.
    pub provider: Vec<String>,
    /// Trust levels as facet values; [`NO_TRUST`] for customers without one.
    pub trust: Vec<String>,
    /// `yes`, `no`, `unknown`.
    pub blocked: Vec<String>,
    /// Listed by the provider, or no longer.
    pub listed: Option<bool>,
    /// Another connection says something else of the same person, or none does.
    pub disagrees: Option<bool>,
    /// When the provider first knew the customer: ISO 8601 in UTC.
    pub created: Range<String>,
    /// Time of the last payment.
    pub last_payment: Range<String>,
    /// When the KYC status was seen to change.
    pub status_changed: Range<String>,
    /// Number of payments.
    pub payments: Range<u32>,
    /// Total paid in major units, whatever the currency: decimal text.
    pub paid: Range<String>,
    /// Order of the rows, the most important column first; empty: by name.
    pub sort: Vec<SortBy>,
    /// Whoever has the text as whole words comes first, then whoever has it as beginnings of words; the order is that of
    /// equals then. Without a text it changes nothing.
    pub by_relevance: bool,
}

/// A range of values, both ends included; without ends it does not filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Range<T> {
    /// The least value.
    pub from: Option<T>,
    /// The greatest value.
    pub to: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}

/// One column of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortBy {
    /// Which ([`Column::name`]).
    pub column: String,
    /// From the greatest to the least.
    #[serde(default)]
    pub descending: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            text: String::new(),
            view: View::All.name().to_owned(),
            connection: None,
            kyc: Vec::new(),
            provider: Vec::new(),
            trust: Vec::new(),
            blocked: Vec::new(),
            listed: None,
            disagrees: None,
            created: Range::default(),
            last_payment: Range::default(),
            status_changed: Range::default(),
            payments: Range::default(),
            paid: Range::default(),
            sort: Vec::new(),
            by_relevance: false,
        }
    }
}

impl Filter {
    /// The question in the index's terms.
    ///
    /// # Errors
    /// [`Trouble::BadInput`] with the filter's name when a value is none of that filter's.
    pub fn to_query(&self) -> Result<Query, Problem> {
        fn each<T>(
            field: &'static str,
            values: &[String],
            read: impl Fn(&str) -> Option<T>,
        ) -> Result<Vec<T>, Problem> {
            let read = values.iter().map(|value| read(value)).collect::<Option<Vec<T>>>();
            read.ok_or_else(|| Trouble::BadInput { field }.into())
        }
        fn range<T: PartialOrd>(
            field: &'static str,
            range: &Range<String>,
            read: impl Fn(&str) -> Option<T>,
        ) -> Result<Between<T>, Problem> {
            let bad = || Problem::from(Trouble::BadInput { field });
            let end = |end: &Option<String>| end.as_deref().map(|end| read(end).ok_or_else(bad)).transpose();
            Ok(Between { from: end(&range.from)?, to: end(&range.to)? })
        }
        let time = |text: &str| text.parse::<Timestamp>().ok();
        let trust = |value: &str| match value {
            NO_TRUST => Some(None),
            level => TrustLevel::from_facet_value(level).map(Some),
        };
        if self.sort.len() > MOST_SORTS {
            return Err(Trouble::BadInput { field: "sort" }.into());
        }
        let sorts = self.sort.iter().map(|by| {
            let column = Column::from_name(&by.column).ok_or(Trouble::BadInput { field: "sort" })?;
            Ok(Sort { column, descending: by.descending })
        });
        let sorts = sorts.collect::<Result<Vec<_>, Trouble>>()?;
        Ok(Query {
            text: self.text.clone(),
            view: View::from_name(&self.view).ok_or(Trouble::BadInput { field: "view" })?,
            connection: self.connection.clone().map(ConnectionId::new),
            kyc: each("kyc", &self.kyc, KycStatus::from_facet_value)?,
            providers: self.provider.iter().cloned().map(ProviderId::new).collect(),
            trust: each("trust", &self.trust, trust)?,
            blocked: each("blocked", &self.blocked, Blocked::from_name)?,
            listed: self.listed,
            disagrees: self.disagrees,
            created: range("created", &self.created, time)?,
            last_payment: range("last_payment", &self.last_payment, time)?,
            status_changed: range("status_changed", &self.status_changed, time)?,
            payments: Between { from: self.payments.from, to: self.payments.to },
            paid: range("paid", &self.paid, |text| text.parse().ok())?,
            sort: sorts.first().copied().unwrap_or_default(),
            then: sorts.get(1..).unwrap_or_default().to_vec(),
            by_relevance: self.by_relevance && !self.text.trim().is_empty(),
        })
    }

    /// The same without anything that may tell of a person or of this computer: the text and the connection.
    pub fn impersonal(&self) -> Self {
        Self { text: String::new(), connection: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter() -> Filter {
        Filter {
            text: "garcia".to_owned(),
            kyc: vec!["verified".to_owned(), "unknown:IN_REVIEW".to_owned()],
            trust: vec![NO_TRUST.to_owned(), "level_2".to_owned()],
            blocked: vec!["unknown".to_owned()],
            sort: vec![
                SortBy { column: "created".to_owned(), descending: true },
                SortBy { column: "name".to_owned(), descending: false },
            ],
            ..Filter::default()
        }
    }

    #[test]
    fn names_become_the_vocabularys_words() {
        let asked = filter().to_query().unwrap();
        assert_eq!(asked.kyc, [KycStatus::Verified, KycStatus::Unknown("IN_REVIEW".to_owned())]);
        assert_eq!(asked.trust, [None, Some(TrustLevel::Level2)]);
        assert_eq!(asked.blocked, [Blocked::Unknown]);
        assert_eq!(asked.sort, Sort { column: Column::Created, descending: true });
        assert_eq!(asked.then, [Sort { column: Column::Name, descending: false }]);
        assert_eq!(Filter::default().to_query().unwrap(), Query::default());
    }

    #[test]
    fn relevance_counts_only_while_something_is_typed() {
        let by_relevance = Filter { by_relevance: true, ..filter() };
        assert!(by_relevance.to_query().unwrap().by_relevance);
        let nothing_typed = Filter { text: " ".to_owned(), ..by_relevance.clone() };
        assert!(!nothing_typed.to_query().unwrap().by_relevance, "then it is the order of the columns alone");
        assert!(by_relevance.impersonal().by_relevance, "it tells of nobody");
    }

    #[test]
    fn a_value_that_is_none_is_refused_by_its_filter() {
        let refused = |filter: Filter| filter.to_query().unwrap_err().trouble;
        assert_eq!(
            refused(Filter { kyc: vec!["VERIFIED".to_owned()], ..filter() }),
            Trouble::BadInput { field: "kyc" }
        );
        assert_eq!(refused(Filter { view: "nobody".to_owned(), ..filter() }), Trouble::BadInput { field: "view" });
        let by = SortBy { column: "shoe_size".to_owned(), descending: false };
        assert_eq!(refused(Filter { sort: vec![by], ..filter() }), Trouble::BadInput { field: "sort" });
        let many = vec![SortBy { column: "name".to_owned(), descending: false }; MOST_SORTS + 1];
        assert_eq!(refused(Filter { sort: many, ..filter() }), Trouble::BadInput { field: "sort" });
    }

    #[test]
    fn ranges_are_read_and_refused_by_their_filter() {
        let day = |text: &str| Range { from: Some(text.to_owned()), to: None };
        let asked = Filter {
            created: day("2026-11-01T00:00:00Z"),
            paid: Range { from: None, to: Some("1204.50".to_owned()) },
            payments: Range { from: Some(2), to: Some(9) },
            listed: Some(false),
            ..filter()
        };
        let query = asked.to_query().unwrap();
        assert_eq!(query.created.from, Some("2026-11-01T00:00:00Z".parse().unwrap()));
        assert_eq!((query.payments.from, query.payments.to, query.listed), (Some(2), Some(9), Some(false)));
        let refused = |filter: Filter| filter.to_query().unwrap_err().trouble;
        assert_eq!(refused(Filter { created: day("yesterday"), ..filter() }), Trouble::BadInput { field: "created" });
        assert_eq!(refused(Filter { paid: day("much"), ..filter() }), Trouble::BadInput { field: "paid" });
    }

    #[test]
    fn what_is_given_away_tells_of_nobody() {
        let given = Filter { connection: Some("c1".to_owned()), ..filter() }.impersonal();
        assert_eq!((given.text.as_str(), given.connection), ("", None));
        assert_eq!(given.kyc, filter().kyc);
    }

    #[test]
    fn what_an_older_version_kept_is_read() {
        let kept: Filter = serde_json::from_str(r#"{"view":"blocked","sort":[{"column":"paid"}]}"#).unwrap();
        assert_eq!(kept.to_query().unwrap().view, View::Blocked);
    }
}

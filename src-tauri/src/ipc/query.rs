//! The window's query in the index's terms, and the index's counts in the window's.

use super::{Column, FacetCount, Facets, Problem, Query, SearchAnswer, Sort, View, ViewCount};
use kyc::{Blocked, ConnectionId, KycStatus, ProviderId, Trouble, TrustLevel};

/// The facet value that stands for customers without a trust level.
const NO_TRUST: &str = "none";

impl TryFrom<Query> for search::Query {
    type Error = Problem;

    /// Fails with `bad_input` and the filter's name when a value is none of that filter's.
    fn try_from(query: Query) -> Result<Self, Problem> {
        fn each<T>(
            field: &'static str,
            values: &[String],
            read: impl Fn(&str) -> Option<T>,
        ) -> Result<Vec<T>, Problem> {
            let read = values.iter().map(|value| read(value)).collect::<Option<Vec<T>>>();
            read.ok_or_else(|| kyc::Problem::from(Trouble::BadInput { field }).into())
        }
        let trust = |value: &str| match value {
            NO_TRUST => Some(None),
            level => TrustLevel::from_facet_value(level).map(Some),
        };
        Ok(Self {
            view: query.view.into(),
            connection: query.connection.map(ConnectionId::new),
            kyc: each("kyc", &query.kyc, KycStatus::from_facet_value)?,
            providers: query.provider.into_iter().map(ProviderId::new).collect(),
            trust: each("trust", &query.trust, trust)?,
            blocked: each("blocked", &query.blocked, Blocked::from_name)?,
            sort: query.sort.into(),
            text: query.text,
        })
    }
}

impl From<Sort> for search::Sort {
    fn from(sort: Sort) -> Self {
        Self { column: sort.column.into(), descending: sort.descending }
    }
}

impl From<Column> for search::Column {
    fn from(column: Column) -> Self {
        match column {
            Column::Name => Self::Name,
            Column::Email => Self::Email,
            Column::Phone => Self::Phone,
            Column::Kyc => Self::Kyc,
            Column::Provider => Self::Provider,
            Column::Trust => Self::Trust,
            Column::Payments => Self::Payments,
            Column::Paid => Self::Paid,
            Column::LastPayment => Self::LastPayment,
            Column::Created => Self::Created,
            Column::Blocked => Self::Blocked,
            Column::Id => Self::Id,
        }
    }
}

impl From<View> for search::View {
    fn from(view: View) -> Self {
        match view {
            View::All => Self::All,
            View::NeedsReview => Self::NeedsReview,
            View::PendingLong => Self::PendingLong,
            View::RejectedPaying => Self::RejectedPaying,
            View::Disagree => Self::Disagree,
            View::Blocked => Self::Blocked,
        }
    }
}

impl From<search::View> for View {
    fn from(view: search::View) -> Self {
        match view {
            search::View::All => Self::All,
            search::View::NeedsReview => Self::NeedsReview,
            search::View::PendingLong => Self::PendingLong,
            search::View::RejectedPaying => Self::RejectedPaying,
            search::View::Disagree => Self::Disagree,
            search::View::Blocked => Self::Blocked,
        }
    }
}

impl From<(search::View, u32)> for ViewCount {
    fn from((view, count): (search::View, u32)) -> Self {
        Self { view: view.into(), count }
    }
}

impl From<search::Facets> for Facets {
    fn from(facets: search::Facets) -> Self {
        fn each<T>(counts: Vec<(T, u32)>, value: impl Fn(T) -> String) -> Vec<FacetCount> {
            counts.into_iter().map(|(counted, count)| FacetCount { value: value(counted), count }).collect()
        }
        Self {
            kyc: each(facets.kyc, |status| status.facet_value()),
            provider: each(facets.providers, |provider| provider.as_str().to_owned()),
            trust: each(facets.trust, |trust| trust.map_or_else(|| NO_TRUST.to_owned(), |trust| trust.facet_value())),
            blocked: each(facets.blocked, |blocked| blocked.name().to_owned()),
        }
    }
}

impl From<desk::Answer> for SearchAnswer {
    fn from(answer: desk::Answer) -> Self {
        Self {
            result: answer.result,
            total: answer.total,
            all: answer.all,
            facets: answer.facets.into(),
            rows: answer.rows.into_iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query() -> Query {
        Query {
            text: "garcia".to_owned(),
            view: View::All,
            connection: None,
            kyc: vec!["verified".to_owned(), "unknown:IN_REVIEW".to_owned()],
            provider: vec!["loveandpay".to_owned()],
            trust: vec!["none".to_owned(), "level_2".to_owned()],
            blocked: vec!["unknown".to_owned()],
            sort: Sort { column: Column::Created, descending: true },
        }
    }

    #[test]
    fn facet_values_become_the_vocabularys_words() {
        let asked = search::Query::try_from(query()).unwrap();
        assert_eq!(asked.kyc, [KycStatus::Verified, KycStatus::Unknown("IN_REVIEW".to_owned())]);
        assert_eq!(asked.trust, [None, Some(TrustLevel::Level2)]);
        assert_eq!(asked.blocked, [Blocked::Unknown]);
        assert!(asked.sort.descending);
    }

    #[test]
    fn a_value_that_is_none_is_refused_by_its_filter() {
        let bad = Query { kyc: vec!["VERIFIED".to_owned()], ..query() };
        let problem = search::Query::try_from(bad).unwrap_err();
        assert_eq!(serde_json::to_value(problem).unwrap()["field"], "kyc");
    }
}

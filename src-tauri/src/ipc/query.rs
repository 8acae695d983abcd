//! The window's query in the index's terms, and the index's counts in the window's.

use super::customers::{CountRange, TextRange};
use super::{Column, FacetCount, Facets, Problem, Query, SearchAnswer, Sort, View, ViewCount};
use desk::{Filter, NO_TRUST, Range, SortBy};

impl TryFrom<Query> for search::Query {
    type Error = Problem;

    /// Fails with `bad_input` and the filter's name when a value is none of that filter's.
    fn try_from(query: Query) -> Result<Self, Problem> {
        Ok(Filter::from(query).to_query()?)
    }
}

impl From<Query> for Filter {
    fn from(query: Query) -> Self {
        let by = |sort: Sort| SortBy { column: sort.column.name().to_owned(), descending: sort.descending };
        Self {
            text: query.text,
            view: search::View::from(query.view).name().to_owned(),
            connection: query.connection,
            kyc: query.kyc,
            provider: query.provider,
            trust: query.trust,
            blocked: query.blocked,
            listed: query.listed,
            disagrees: query.disagrees,
            created: query.created.into(),
            last_payment: query.last_payment.into(),
            status_changed: query.status_changed.into(),
            payments: query.payments.into(),
            paid: query.paid.into(),
            sort: query.sort.into_iter().map(by).collect(),
            by_relevance: query.by_relevance,
        }
    }
}

impl From<Filter> for Query {
    /// What this version has no name for is left out: the filter then shows more, never fewer customers.
    fn from(filter: Filter) -> Self {
        let sort = |by: SortBy| Some(Sort { column: Column::from_name(&by.column)?, descending: by.descending });
        Self {
            text: filter.text,
            view: search::View::from_name(&filter.view).map_or(View::All, View::from),
            connection: filter.connection,
            kyc: filter.kyc,
            provider: filter.provider,
            trust: filter.trust,
            blocked: filter.blocked,
            listed: filter.listed,
            disagrees: filter.disagrees,
            created: filter.created.into(),
            last_payment: filter.last_payment.into(),
            status_changed: filter.status_changed.into(),
            payments: filter.payments.into(),
            paid: filter.paid.into(),
            sort: filter.sort.into_iter().filter_map(sort).collect(),
            by_relevance: filter.by_relevance,
        }
    }
}

impl From<TextRange> for Range<String> {
    fn from(range: TextRange) -> Self {
        Self { from: range.from, to: range.to }
    }
}

impl From<Range<String>> for TextRange {
    fn from(range: Range<String>) -> Self {
        Self { from: range.from, to: range.to }
    }
}

impl From<CountRange> for Range<u32> {
    fn from(range: CountRange) -> Self {
        Self { from: range.from, to: range.to }
    }
}

impl From<Range<u32>> for CountRange {
    fn from(range: Range<u32>) -> Self {
        Self { from: range.from, to: range.to }
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

impl From<search::Column> for Column {
    fn from(column: search::Column) -> Self {
        match column {
            search::Column::Name => Self::Name,
            search::Column::Email => Self::Email,
            search::Column::Phone => Self::Phone,
            search::Column::Kyc => Self::Kyc,
            search::Column::Provider => Self::Provider,
            search::Column::Trust => Self::Trust,
            search::Column::Payments => Self::Payments,
            search::Column::Paid => Self::Paid,
            search::Column::LastPayment => Self::LastPayment,
            search::Column::Created => Self::Created,
            search::Column::Blocked => Self::Blocked,
            search::Column::Id => Self::Id,
        }
    }
}

impl Column {
    /// The stable name.
    pub fn name(self) -> &'static str {
        search::Column::from(self).name()
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        search::Column::from_name(name).map(Self::from)
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
            listed: Some(true),
            disagrees: None,
            created: TextRange { from: Some("2026-11-01T00:00:00Z".to_owned()), to: None },
            last_payment: TextRange::default(),
            status_changed: TextRange::default(),
            payments: CountRange { from: Some(1), to: Some(9) },
            paid: TextRange { from: None, to: Some("1204.50".to_owned()) },
            sort: vec![Sort { column: Column::Created, descending: true }],
            by_relevance: true,
        }
    }

    #[test]
    fn a_query_becomes_the_filter_that_is_kept_and_comes_back() {
        let kept = Filter::from(query());
        assert_eq!(kept.sort, [SortBy { column: "created".to_owned(), descending: true }]);
        assert_eq!(Query::from(kept), query());
    }

    #[test]
    fn a_value_that_is_none_is_refused_by_its_filter() {
        let bad = Query { kyc: vec!["VERIFIED".to_owned()], ..query() };
        let problem = search::Query::try_from(bad).unwrap_err();
        assert_eq!(serde_json::to_value(problem).unwrap()["field"], "kyc");
    }

    #[test]
    fn columns_are_called_the_same_everywhere() {
        for column in search::Column::ALL {
            let crossed = serde_json::to_value(Column::from(column)).unwrap();
            assert_eq!(crossed, column.name());
            assert_eq!(Column::from_name(column.name()), Some(Column::from(column)));
        }
    }
}

//! What the grid begins with, remembered from the last time: the first rows of everybody, the total and the counts. A start
//! shows it straight from the book while the index is still being filled, and the index then takes its place.
//!
//! It holds keys and counts, no customers, and may be out of date after a crash: then the rows move once.

use crate::filter::NO_TRUST;
use crate::kept_answer::KeptAnswer;
use crate::{Answer, Desk, off_the_runtime};
use kyc::{Blocked, CustomerKey, KycStatus, Problem, ProviderId, TrustLevel};
use search::{Facets, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Its name among the book's small facts.
const META: &str = "beginning";
/// Rows that are remembered: more than the window asks for at first.
const ROWS: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Beginning {
    keys: Vec<u32>,
    total: u32,
    kyc: Vec<(String, u32)>,
    providers: Vec<(String, u32)>,
    trust: Vec<(String, u32)>,
    blocked: Vec<(String, u32)>,
}

impl Beginning {
    fn of(keys: &[CustomerKey], total: usize, facets: &Facets) -> Self {
        let trust =
            |level: &Option<TrustLevel>| level.as_ref().map_or_else(|| NO_TRUST.to_owned(), TrustLevel::facet_value);
        Self {
            keys: keys.iter().take(ROWS).map(|key| key.0).collect(),
            total: u32::try_from(total).unwrap_or(u32::MAX),
            kyc: facets.kyc.iter().map(|(status, count)| (status.facet_value(), *count)).collect(),
            providers: facets.providers.iter().map(|(id, count)| (id.as_str().to_owned(), *count)).collect(),
            trust: facets.trust.iter().map(|(level, count)| (trust(level), *count)).collect(),
            blocked: facets.blocked.iter().map(|(blocked, count)| (blocked.name().to_owned(), *count)).collect(),
        }
    }

    /// The counts; nothing when they name what this version does not know.
    fn facets(&self) -> Option<Facets> {
        fn each<T>(counts: &[(String, u32)], read: impl Fn(&str) -> Option<T>) -> Option<Vec<(T, u32)>> {
            counts.iter().map(|(value, count)| Some((read(value)?, *count))).collect()
        }
        let trust = |value: &str| match value {
            NO_TRUST => Some(None),
            level => TrustLevel::from_facet_value(level).map(Some),
        };
        Some(Facets {
            kyc: each(&self.kyc, KycStatus::from_facet_value)?,
            providers: each(&self.providers, |id| Some(ProviderId::new(id)))?,
            trust: each(&self.trust, trust)?,
            blocked: each(&self.blocked, Blocked::from_name)?,
        })
    }
}

impl Desk {
    /// The remembered beginning as an answer, when that is what is asked and the index is not full yet.
    pub(crate) async fn beginning(&self, query: &Query, first: u32) -> Result<Option<Answer>, Problem> {
        if !self.inner.index.is_filling() || *query != Query::default() {
            return Ok(None);
        }
        let Some(text) = self.inner.reader.meta(META).await? else { return Ok(None) };
        let Ok(beginning) = serde_json::from_str::<Beginning>(&text) else { return Ok(None) };
        let Some(facets) = beginning.facets() else { return Ok(None) };
        let keys: Vec<CustomerKey> = beginning.keys.iter().copied().map(CustomerKey).collect();
        let wanted = keys.len().min(first as usize);
        let rows = self.rows_of(keys.iter().take(wanted).copied().collect(), "").await?;
        if rows.len() < wanted {
            return Ok(None); // somebody of them is gone: the index knows better
        }
        let result = self.inner.results.keep(KeptAnswer::remembered(keys, beginning.total));
        Ok(Some(Answer { result, total: beginning.total, all: beginning.total, facets, rows }))
    }

    /// Remembers the beginning for the next start. A failure costs that start its first rows, no more.
    pub(crate) async fn note_beginning(&self) {
        if !self.inner.index.is_full() {
            return;
        }
        let (index, now) = (Arc::clone(&self.inner.index), self.inner.clock.now());
        let found = off_the_runtime(move || Ok(index.snapshot().find(&Query::default(), now, &|| false))).await;
        let Ok(Some(found)) = found else { return };
        let Ok(text) = serde_json::to_string(&Beginning::of(&found.keys(0..ROWS), found.total(), found.facets()))
        else {
            return;
        };
        if self.inner.reader.meta(META).await.is_ok_and(|before| before.as_ref() == Some(&text)) {
            return;
        }
        if let Err(problem) = self.inner.writer.set_meta(META.to_owned(), text).await {
            tracing::warn!(%problem, "the beginning of the grid cannot be remembered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_back_as_they_were() {
        let facets = Facets {
            kyc: vec![(KycStatus::Verified, 3), (KycStatus::Unknown("IN_REVIEW".to_owned()), 1)],
            providers: vec![(ProviderId::new("loveandpay"), 4)],
            trust: vec![(Some(TrustLevel::Level2), 1), (None, 3)],
            blocked: vec![(Blocked::Unknown, 4)],
        };
        let beginning = Beginning::of(&[CustomerKey(7), CustomerKey(3)], 2, &facets);
        let read: Beginning = serde_json::from_str(&serde_json::to_string(&beginning).unwrap()).unwrap();
        assert_eq!((read.facets(), read.keys), (Some(facets), vec![7, 3]));
        let odd = Beginning { blocked: vec![("perhaps".to_owned(), 1)], ..beginning };
        assert_eq!(odd.facets(), None);
    }
}

//! Filters and facets, both judged per class.

use super::sort_key::{kyc_place, trust_place};
use super::store::Snapshot;
use crate::{Facets, Query};
use kyc::{Blocked, KycStatus, ProviderId, TrustLevel};
use std::collections::HashMap;
use std::hash::Hash;

/// How the filters of a query judge a class, as bits.
pub(super) mod judged {
    /// Fits the KYC filter.
    pub(in super::super) const KYC: u8 = 1;
    /// Fits the provider filter.
    pub(in super::super) const PROVIDER: u8 = 2;
    /// Fits the trust filter.
    pub(in super::super) const TRUST: u8 = 4;
    /// Fits the filter by blocked or not.
    pub(in super::super) const BLOCKED: u8 = 8;
    /// Fits every filter.
    pub(in super::super) const ALL: u8 = KYC | PROVIDER | TRUST | BLOCKED;
    /// Belongs to the connection asked for.
    pub(in super::super) const CONNECTION: u8 = 16;
}

/// How many customers of a value match, and how many there are in the whole index.
#[derive(Default, Clone, Copy)]
struct Counts {
    here: u32,
    everywhere: u32,
}

impl Snapshot {
    /// The verdict of the query's filters on each class.
    pub(super) fn judge(&self, query: &Query) -> Vec<u8> {
        let mut verdicts = vec![0; self.classes.bound()];
        for (number, class, _) in self.classes.iter() {
            let fits = |bit: u8, fits: bool| if fits { bit } else { 0 };
            let verdict = fits(judged::KYC, query.kyc.is_empty() || query.kyc.contains(&class.kyc))
                | fits(judged::PROVIDER, query.providers.is_empty() || query.providers.contains(&class.provider))
                | fits(judged::TRUST, query.trust.is_empty() || query.trust.contains(&class.trust))
                | fits(judged::BLOCKED, query.blocked.is_empty() || query.blocked.contains(&class.blocked))
                | fits(judged::CONNECTION, query.connection.as_ref().is_none_or(|wanted| *wanted == class.connection));
            if let Some(place) = verdicts.get_mut(number as usize) {
                *place = verdict;
            }
        }
        verdicts
    }

    /// The facets, from how many rows of each class match text, view and connection.
    pub(super) fn facets(&self, matching: &[u32], verdicts: &[u8]) -> Facets {
        let mut kyc: HashMap<&KycStatus, Counts> = HashMap::new();
        let mut providers: HashMap<&ProviderId, Counts> = HashMap::new();
        let mut trust: HashMap<Option<&TrustLevel>, Counts> = HashMap::new();
        let mut blocked: HashMap<Blocked, Counts> = HashMap::new();
        for (number, class, everywhere) in self.classes.iter() {
            let here = matching.get(number as usize).copied().unwrap_or_default();
            let verdict = verdicts.get(number as usize).copied().unwrap_or_default() & judged::ALL;
            // Counted for a facet: whatever all the others let pass.
            let counts = |own: u8| Counts { here: if verdict | own == judged::ALL { here } else { 0 }, everywhere };
            add(&mut kyc, &class.kyc, counts(judged::KYC));
            add(&mut providers, &class.provider, counts(judged::PROVIDER));
            add(&mut trust, class.trust.as_ref(), counts(judged::TRUST));
            add(&mut blocked, class.blocked, counts(judged::BLOCKED));
        }
        Facets {
            kyc: listed(
                kyc,
                |status, everywhere| {
                    let (place, word) = kyc_place(status).unwrap_or((UNKNOWN, ""));
                    (place, frequent_first(place, everywhere), word.to_owned())
                },
                Clone::clone,
            ),
            providers: listed(providers, |provider, _| provider.as_str().to_owned(), Clone::clone),
            trust: listed(
                trust,
                |level, everywhere| {
                    let (place, word) = level.map_or((UNKNOWN + 1, ""), trust_place);
                    (place, frequent_first(place, everywhere), word.to_owned())
                },
                |level| level.cloned(),
            ),
            blocked: listed(blocked, |blocked, _| *blocked, |blocked| blocked),
        }
    }
}

/// The place of unknown words in the orders of statuses and levels.
const UNKNOWN: u32 = 4;

fn frequent_first(place: u32, everywhere: u32) -> std::cmp::Reverse<u32> {
    std::cmp::Reverse(if place == UNKNOWN { everywhere } else { 0 })
}

fn add<K: Eq + Hash>(facet: &mut HashMap<K, Counts>, value: K, counts: Counts) {
    let sum = facet.entry(value).or_default();
    sum.here += counts.here;
    sum.everywhere += counts.everywhere;
}

fn listed<K, V, O: Ord>(
    facet: HashMap<K, Counts>,
    order: impl Fn(&K, u32) -> O,
    value: impl Fn(K) -> V,
) -> Vec<(V, u32)> {
    let mut values: Vec<(O, K, u32)> =
        facet.into_iter().map(|(value, counts)| (order(&value, counts.everywhere), value, counts.here)).collect();
    values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    values.into_iter().map(|(_, key, here)| (value(key), here)).collect()
}

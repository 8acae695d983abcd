//! Orders: by which columns an answer is ordered, and the orders of all rows of the large part, which are worked out when
//! they are first asked for (or prepared ahead) and serve from then on, because the large part does not change. The few used
//! last are kept.

use super::ordered::Ordered;
use super::sort_key::SortKeys;
use super::sorting::Sorting;
use super::store::Snapshot;
use crate::{Column, Sort};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

/// How many orders by one column are kept: five bytes a customer each. The one used longest ago goes first.
const KEPT: usize = if cfg!(test) { 3 } else { 6 };
/// How many orders by several columns are kept.
const COMPOUND_KEPT: usize = 2;

/// The order by one column.
#[derive(Debug, Default)]
struct Kept {
    ordered: Mutex<Option<Arc<Ordered>>>,
    /// When it was used last, as a number that grows with each use of any order.
    used: AtomicU64,
    /// The sorting under way, as far as it has got.
    sorting: Mutex<Option<Sorting>>,
}

impl Kept {
    fn ordered(&self) -> MutexGuard<'_, Option<Arc<Ordered>>> {
        self.ordered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The orders of all rows of the large part.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    by_column: [Kept; Column::ALL.len()],
    uses: AtomicU64,
    compound: Mutex<Vec<(Vec<Sort>, Arc<Ordered>)>>,
    /// The place of each word among all words, for orders by name.
    ranks: OnceLock<Arc<[u32]>>,
}

impl Orders {
    /// Whether there is none yet.
    pub fn is_empty(&self) -> bool {
        self.by_column.iter().all(|kept| kept.ordered().is_none() && is_none(&kept.sorting))
            && self.compound.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
            && self.ranks.get().is_none()
    }

    /// The columns whose order is known, the one used longest ago first.
    pub fn known(&self) -> Vec<(Column, Arc<Ordered>)> {
        let all = Column::ALL.into_iter().zip(&self.by_column);
        let known = all
            .filter_map(|(column, kept)| Some((kept.used.load(Relaxed), column, Arc::clone(kept.ordered().as_ref()?))));
        let mut known: Vec<_> = known.collect();
        known.sort_unstable_by_key(|(used, ..)| *used);
        known.into_iter().map(|(_, column, ordered)| (column, ordered)).collect()
    }

    /// Takes an order over, and gives up the one used longest ago where there are too many.
    pub fn put(&self, column: Column, ordered: Arc<Ordered>) {
        let Some(kept) = self.by_column.get(column as usize) else { return };
        *kept.ordered() = Some(ordered);
        self.use_of(kept);
        let known = self.known();
        for (oldest, _) in known.iter().take(known.len().saturating_sub(KEPT)) {
            if let Some(kept) = self.by_column.get(*oldest as usize) {
                *kept.ordered() = None;
            }
        }
    }

    /// The order by a column, if it is known.
    fn get(&self, column: Column) -> Option<Arc<Ordered>> {
        let kept = self.by_column.get(column as usize)?;
        let ordered = kept.ordered().clone()?;
        self.use_of(kept);
        Some(ordered)
    }

    fn use_of(&self, kept: &Kept) {
        kept.used.store(self.uses.fetch_add(1, Relaxed) + 1, Relaxed);
    }
}

fn is_none(sorting: &Mutex<Option<Sorting>>) -> bool {
    sorting.try_lock().is_ok_and(|sorting| sorting.is_none())
}

/// By which columns, and how, an answer is ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum By {
    /// One column; turned round while walking.
    One(Column),
    /// Several.
    Several(Vec<Sort>),
}

impl By {
    pub fn new(sort: Sort, then: &[Sort]) -> Self {
        let mut sorts = vec![sort];
        for next in then {
            if sorts.iter().all(|sort| sort.column != next.column) {
                sorts.push(*next);
            }
        }
        if sorts.len() == 1 { Self::One(sort.column) } else { Self::Several(sorts) }
    }
}

impl Snapshot {
    /// Works out the order by a column ahead of the first search that needs it, and says whether it is ready. Stopped by
    /// `stop`, it has lost nothing: the next call, or a search, goes on from there. `false` also while another thread is at
    /// it.
    pub fn prepare(&self, column: Column, stop: &dyn Fn() -> bool) -> bool {
        self.order_of_all(&By::One(column), stop).is_some()
    }

    /// The order of the whole large part if it is known.
    pub(super) fn order_if_known(&self, by: &By) -> Option<Arc<Ordered>> {
        match by {
            By::One(column) => self.base.orders.get(*column),
            By::Several(sorts) => {
                let known = self.base.orders.compound.lock().unwrap_or_else(PoisonError::into_inner);
                known.iter().find(|(other, _)| other == sorts).map(|(_, ordered)| Arc::clone(ordered))
            }
        }
    }

    /// The order of the whole large part; `None` when stopped or while another thread works it out.
    pub(super) fn order_of_all(&self, by: &By, stop: &dyn Fn() -> bool) -> Option<Arc<Ordered>> {
        if let Some(ordered) = self.order_if_known(by) {
            return Some(ordered);
        }
        match by {
            By::One(column) => {
                let kept = self.base.orders.by_column.get(*column as usize)?;
                let mut sorting = match kept.sorting.try_lock() {
                    Ok(sorting) => sorting,
                    Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                    Err(TryLockError::WouldBlock) => return None,
                };
                // Another thread may have been at it until now.
                if let Some(ordered) = self.base.orders.get(*column) {
                    return Some(ordered);
                }
                let ordered = Arc::new(self.sorted(by, sorting.take(), &mut sorting, stop)?);
                self.base.orders.put(*column, Arc::clone(&ordered));
                Some(ordered)
            }
            By::Several(sorts) => {
                let ordered = Arc::new(self.sorted(by, None, &mut None, stop)?);
                let mut known = self.base.orders.compound.lock().unwrap_or_else(PoisonError::into_inner);
                if known.len() >= COMPOUND_KEPT {
                    known.remove(0);
                }
                known.push((sorts.clone(), Arc::clone(&ordered)));
                Some(ordered)
            }
        }
    }

    /// Sorts all rows of the large part, going on from `begun`. When stopped, what is done is put into `left`.
    fn sorted(
        &self,
        by: &By,
        begun: Option<Sorting>,
        left: &mut Option<Sorting>,
        stop: &dyn Fn() -> bool,
    ) -> Option<Ordered> {
        let keys = SortKeys::of_large_part(self, by);
        let mut sorting = begun.unwrap_or_else(|| Sorting::new(&keys, &self.base));
        let Some((rows, present)) = sorting.go_on(&keys, &self.base, stop) else {
            *left = Some(sorting);
            return None;
        };
        drop(sorting);
        Some(Ordered::new(rows, present, &SortKeys::new(self, by), self))
    }

    /// The place of each word of the large part among all its words.
    pub(super) fn word_ranks(&self) -> Arc<[u32]> {
        Arc::clone(self.base.orders.ranks.get_or_init(|| self.base.words.ranks().into()))
    }
}

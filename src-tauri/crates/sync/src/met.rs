//! Whom a pass through a list has met: what tells that a list repeats itself, and whether its total was reached.

use providers::Page;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// What a pass has met, as hashes: eight bytes each keep a million within some tens of megabytes, and a collision could end
/// a pass early only if it befell every record of one page.
#[derive(Default)]
pub(crate) struct Met {
    customers: HashSet<u64>,
    rejected: HashSet<u64>,
    hashing: RandomState,
}

/// What a page brought that its pass had not met.
pub(crate) struct Brought {
    pub customers: u32,
    pub rejected: u32,
}

impl Brought {
    pub(crate) fn anything(&self) -> bool {
        self.customers > 0 || self.rejected > 0
    }
}

impl Met {
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.customers.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn take_in(&mut self, page: &Page) -> Brought {
        let mut brought = Brought { customers: 0, rejected: 0 };
        for customer in &page.customers {
            brought.customers += u32::from(self.customers.insert(self.hashing.hash_one(&customer.id)));
        }
        for record in &page.rejected {
            brought.rejected += u32::from(self.rejected.insert(self.hashing.hash_one(&record.raw)));
        }
        brought
    }
}
